import { expect, test } from "vitest";
import { loadDefinitions } from "../../../src/definitions/load.ts";
import { createCliKind } from "../../../src/tasks/cli/cli-kind.ts";
import { defaultCliSettings } from "../../../src/tasks/cli/settings.ts";
import { createHttpKind } from "../../../src/tasks/http/http-kind.ts";
import { defaultHttpSettings } from "../../../src/tasks/http/settings.ts";
import { createNatsKind } from "../../../src/tasks/nats/nats-kind.ts";
import { defaultNatsSettings } from "../../../src/tasks/nats/settings.ts";
import { taskKinds } from "../../../src/tasks/registry.ts";
import { defaultSmtpSettings } from "../../../src/tasks/smtp/settings.ts";
import { createSmtpKind } from "../../../src/tasks/smtp/smtp-kind.ts";
import { folderWith } from "./definition-files.ts";

const kinds = taskKinds([
  createHttpKind(defaultHttpSettings, "test"),
  createCliKind({ ...defaultCliSettings, allowedBinaries: ["/bin/echo"] }),
  createNatsKind({
    ...defaultNatsSettings,
    address: { servers: [{ host: "nats", port: 4222 }], tls: false, shown: "nats" },
  }),
  createSmtpKind(defaultSmtpSettings, 1024),
]);

async function load(content: string, name = "w.yaml") {
  return loadDefinitions([await folderWith({ [name]: content })], { kinds, envAllowed: () => false });
}

const unquoted = `
name: 2024
description: 1.10
inputParameters: [1, true, 2024-01-02]
tasks:
  - name: 0x10
    type: http
    requires: [1, yes]
    http:
      uri: http://service/
      Headers: {X-Version: 1.10, X-On: True, X-Id: 12345678901234567890}
      formdata: {a: 1.0, b: .inf, 1: 007}
  - {name: 5, type: http, http: {uri: http://service/, payload: 1_000, contentType: text/plain}}
  - {name: c, type: cli, cli: {command: [/bin/echo, 1.50, no, 1e3]}}
  - {name: n, type: nats, nats: {subject: 42, data: {n: 1.10, on: true, at: [0x10]}}}
  - name: m
    type: smtp
    smtp: {from: f@example.com, to: [t@example.com], subject: 7, body: 8.00, html: false}
    undo: {type: http, http: {uri: http://service/, json: 1.10, headers: {X: 1.10}}}
`;

const quoted = `{
  "name": "2024",
  "description": "1.10",
  "inputParameters": ["1", "true", "2024-01-02"],
  "tasks": [
    {
      "name": "0x10",
      "type": "http",
      "requires": ["1", "yes"],
      "http": {
        "uri": "http://service/",
        "Headers": { "X-Version": "1.10", "X-On": "True", "X-Id": "12345678901234567890" },
        "formdata": { "a": "1.0", "b": ".inf", "1": "007" }
      }
    },
    { "name": "5", "type": "http", "http": { "uri": "http://service/", "payload": "1_000", "contentType": "text/plain" } },
    { "name": "c", "type": "cli", "cli": { "command": ["/bin/echo", "1.50", "no", "1e3"] } },
    { "name": "n", "type": "nats", "nats": { "subject": "42", "data": { "n": 1.1, "on": true, "at": [16] } } },
    {
      "name": "m",
      "type": "smtp",
      "smtp": { "from": "f@example.com", "to": ["t@example.com"], "subject": "7", "body": "8.00", "html": "false" },
      "undo": { "type": "http", "http": { "uri": "http://service/", "json": 1.1, "headers": { "X": "1.10" } } }
    }
  ]
}`;

test("what stands unquoted in YAML is the text that it is where a text is needed, as the original reads it", async () => {
  const [fromYaml, fromJson] = [await load(unquoted), await load(quoted, "w.json")];
  expect([...fromYaml.problems, ...fromJson.problems]).toEqual([]);
  expect(fromYaml.definitions[0]?.workflow).toEqual(fromJson.definitions[0]?.workflow);
  expect(fromYaml.definitions[0]?.source, "so that it can be posted as JSON").toEqual(JSON.parse(quoted));
});

test("a value that aliases repeat is a text in one place and a number in another; null is nothing anywhere", async () => {
  const fromYaml = await load(`
name: w
description: ~
tasks:
  - name: a
    type: http
    retries: &n 3
    http: {uri: http://s/, json: &h {X: 1.10, 10: true}, headers: {N: *n}, contentType: null}
  - {name: b, type: http, http: {uri: http://s/, json: *h, headers: {<<: *h, Y: *n}}}
`);
  const fromJson = await load(
    `{
  "name": "w",
  "tasks": [
    { "name": "a", "type": "http", "retries": 3,
      "http": { "uri": "http://s/", "json": { "X": 1.1, "10": true }, "headers": { "N": "3" } } },
    { "name": "b", "type": "http",
      "http": { "uri": "http://s/", "json": { "X": 1.1, "10": true }, "headers": { "10": "true", "X": "1.10", "Y": "3" } } }
  ]
}`,
    "w.json",
  );
  expect([...fromYaml.problems, ...fromJson.problems]).toEqual([]);
  expect(fromYaml.definitions[0]?.workflow).toEqual(fromJson.definitions[0]?.workflow);
});

test.each(["y", "Yes", "ON", "true", "'yes'"])("%s is true where YAML needs a truth value", async (word) => {
  const task = "{name: a, type: http, http: {uri: http://s/, json: {x: yes}}}";
  const { definitions, problems } = await load(`name: w\nephemeral: ${word}\ntasks:\n  - ${task}\n`);
  expect(problems).toEqual([]);
  expect(definitions).toMatchObject([
    { workflow: { ephemeral: true }, source: { tasks: [{ http: { json: { x: "yes" } } }] } },
  ]);
});
