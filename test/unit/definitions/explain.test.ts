import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { type DifferenceRule, differenceRules } from "../../../src/definitions/mender/explain/difference.ts";
import { explainMender } from "../../../src/definitions/mender/explain/explain.ts";
import type { JsonObject } from "../../../src/model/json.ts";

/** Of a definition that has one task, without the version that every definition ought to have. */
function rulesOf(task: JsonObject, workflow: JsonObject = {}): string[] {
  const document = { name: "sample", version: 1, tasks: [{ name: "task", ...task }], ...workflow };
  const options = { envAllowed: (name: string) => name.endsWith("_ADDR"), streamNameIsSet: true };
  return explainMender(document, options).map(({ rule, at }) => `${rule} ${at}`);
}

const everythingSet = { envAllowed: () => true, streamNameIsSet: true };

const http = (part: JsonObject): JsonObject => ({
  type: "http",
  http: { uri: "http://host/", readTimeOut: 8000, ...part },
});
const cli = (part: JsonObject): JsonObject => ({ type: "cli", cli: part });
/** Of each call that says how long it waits. */
const calls = ["time-outs /tasks/0/http/readTimeOut", "redirects /tasks/0/http"];

const cases: readonly (readonly [DifferenceRule, JsonObject, JsonObject, readonly string[]])[] = [
  ["redirects", http({}), {}, calls],
  ["time-outs", http({ connectionTimeOut: 8 }), {}, ["time-outs /tasks/0/http/connectionTimeOut", ...calls]],
  ["time-outs", http({ connectionTimeOut: 0 }), {}, ["time-outs /tasks/0/http/connectionTimeOut", ...calls]],
  ["time-outs", http({ readTimeOut: 0 }), {}, calls],
  ["time-outs", http({ readTimeOut: null }), {}, ["time-outs /tasks/0/http", "redirects /tasks/0/http"]],
  ["retries", { ...http({}), retries: 3 }, {}, ["retries /tasks/0/retries", ...calls]],
  ["go-templates", http({ method: "PUT", body: "{{ .Name }}" }), {}, ["go-templates /tasks/0/http/body", ...calls]],
  ["environment", http({ headers: { A: "${env.TOKEN}" } }), {}, ["environment /tasks/0/http/headers/A", ...calls]],
  [
    "one-pass",
    http({ headers: { A: "${workflow.input.a}", B: "${workflow.input.b}" } }),
    {},
    ["one-pass /tasks/0/http/headers/A", ...calls],
  ],
  [
    "values-in-uris",
    http({ uri: "http://host/${workflow.input.id}" }),
    {},
    ["one-pass /tasks/0/http/uri", "values-in-uris /tasks/0/http/uri", ...calls],
  ],
  [
    "values-in-json",
    http({ method: "PUT", payload: '{"id": "${workflow.input.id}"}' }),
    {},
    ["one-pass /tasks/0/http/payload", "values-in-json /tasks/0/http/payload", ...calls],
  ],
  [
    "values-in-html",
    { type: "smtp", smtp: { html: "<p>${workflow.input.name}</p>" } },
    {},
    ["one-pass /tasks/0/smtp/html", "values-in-html /tasks/0/smtp/html"],
  ],
  [
    "missing-values",
    http({ method: "PUT", json: { a: "${workflow.input.given}", b: ["${workflow.input.maybe}"] } }),
    { inputParameters: ["given"] },
    ["one-pass /tasks/0/http/json/a", "missing-values /tasks/0/http/json/b/0", ...calls],
  ],
  [
    "url-encoding",
    http({ uri: "http://host/?a=${encoding=url;workflow.input.a}" }),
    {},
    ["one-pass /tasks/0/http/uri", "url-encoding /tasks/0/http/uri", ...calls],
  ],
  [
    "url-encoding",
    http({ headers: { A: "${encoding=url;first.json.a}" } }),
    {},
    ["url-encoding /tasks/0/http/headers/A", ...calls],
  ],
  [
    "results-in-json",
    http({ method: "PUT", json: { a: "${first.json.a}", b: "<${first.json.a}>" } }),
    {},
    ["results-in-json /tasks/0/http/json/a", ...calls],
  ],
  [
    "results-in-json",
    { type: "nats", nats: { subject: "a", data: ["${first.json.a|none}"] } },
    {},
    ["results-in-json /tasks/0/nats/data/0"],
  ],
  [
    "missing-values",
    { type: "nats", nats: { subject: "a", data: { a: "${workflow.input.maybe}" } } },
    {},
    ["one-pass /tasks/0/nats/data/a", "missing-values /tasks/0/nats/data/a"],
  ],
  ["methods", http({ json: {} }), {}, ["methods /tasks/0/http", ...calls]],
  ["hosts", http({ uri: "http://${first.json.host}/" }), {}, ["hosts /tasks/0/http/uri", ...calls]],
  [
    "link-local-addresses",
    http({ uri: "http://169.254.169.254/latest" }),
    {},
    ["link-local-addresses /tasks/0/http/uri", ...calls],
  ],
  ["commands", { type: "cli", cli: { command: ["create-artifact", "a"] } }, {}, ["commands /tasks/0/cli/command/0"]],
  [
    "subjects",
    { type: "nats", nats: { subject: "devices.${workflow.input.id}", data: 1 } },
    {},
    ["one-pass /tasks/0/nats/subject", "subjects /tasks/0/nats/subject"],
  ],
  [
    "recipients",
    {
      type: "smtp",
      smtp: { to: ["a@host", "${workflow.input.to}"], cc: ["${first.json.id}@host"], bcc: ["${env.A_ADDR}"] },
    },
    {},
    ["one-pass /tasks/0/smtp/to/1", "recipients /tasks/0/smtp/to/1", "recipients /tasks/0/smtp/cc/0"],
  ],
  [
    "files-of-mails",
    { type: "smtp", smtp: { body: "text", html: "@mail.html" } },
    {},
    ["files-of-mails /tasks/0/smtp/html"],
  ],
  ["topics", { type: "nats" }, { topic: "emails" }, ["topics /topic"]],
  ["ephemeral-workflows", { type: "nats" }, { ephemeral: true }, ["ephemeral-workflows /ephemeral"]],
  ["reserved-names", { type: "nats" }, { name: "batch" }, ["reserved-names /name"]],
  ["versions", { type: "nats" }, { version: null }, ["versions "]],
];

test.each(cases)("%s is told of where a definition has %j %j, and nothing else is", (_rule, task, workflow, told) => {
  expect(rulesOf(task, workflow)).toEqual(told);
});

test.each([
  ["a URI that encodes by itself", http({ uri: "http://host/${encoding=url;workflow.input.id}" }), "values-in-uris"],
  ["a host from the environment", http({ uri: "http://${env.A_ADDR|a:80}/${env.B_ADDR}" }), "values-in-uris"],
  ["a host that is meant to come from inputs", http({ uri: "${workflow.input.a}", hostFromInput: true }), "hosts"],
  ["a variable that is allowed", http({ uri: "http://${env.A_ADDR|a:80}/" }), "environment"],
  ["a payload that wants values raw", http({ payload: '{"a": "${encoding=raw;workflow.input.a}"}' }), "values-in-json"],
  ["a payload that is no JSON", http({ payload: 'a="${workflow.input.a}"' }), "values-in-json"],
  ["the time of a command, which is 4 hours in both unless given", cli({ executionTimeOut: 0 }), "time-outs"],
  [
    "a time to connect that is not given",
    http({ connectionTimeOut: null }),
    "time-outs /tasks/0/http/connectionTimeOut",
  ],
  ["no retries", { ...http({}), retries: 0, retryDelaySeconds: 5 }, "retries"],
  ["a call with a body and a method", http({ method: "PUT", json: {} }), "methods"],
  ["a call without a body", http({}), "methods"],
  ["a call whose body is an empty text", http({ payload: "", body: "" }), "methods"],
  ["a result that is encoded", http({ json: "${encoding=url;first.json.a}" }), "results-in-json"],
  ["a recipient of the definition's own", { type: "smtp", smtp: { to: ["a@host,b@host"], cc: [""] } }, "recipients"],
  ["a value that has a default", http({ json: "${workflow.input.a|b}" }), "missing-values"],
  ["a value inside a text", http({ json: "<${workflow.input.a}>" }), "missing-values"],
  ["HTML that is one input", { type: "smtp", smtp: { html: "${workflow.input.page}" } }, "values-in-html"],
  [
    "HTML that wants its values raw",
    { type: "smtp", smtp: { html: "<p>${encoding=raw;workflow.input.a}</p>" } },
    "values-in-html",
  ],
  [
    "a subject that is meant to come from inputs",
    { type: "nats", nats: { subject: "${workflow.input.id}", subjectFromInput: true } },
    "subjects",
  ],
  ["a subject of the definition's own", { type: "nats", nats: { subject: "devices.${env.SITE_ADDR}" } }, "subjects"],
  ["a mail whose body is no file", { type: "smtp", smtp: { body: "me@host" } }, "files-of-mails"],
])("nothing is told of %s", (_what, task, rule) => {
  expect(rulesOf(task).filter((told) => `${told} `.startsWith(`${rule} `))).toEqual([]);
});

test("fields are known in whatever case they are written, as definitions of the original have them", () => {
  const document = {
    name: "sample",
    Version: 1,
    Topic: "mails",
    tasks: [{ Retries: 1, HTTP: { URI: "http://169.254.1.1/", readtimeout: 5 } }],
  };
  const told = explainMender(document, everythingSet).map(({ rule, at }) => `${rule} ${at}`);
  expect(told).toEqual([
    "topics /Topic",
    "retries /tasks/0/Retries",
    "link-local-addresses /tasks/0/HTTP/URI",
    "time-outs /tasks/0/HTTP/readtimeout",
    "redirects /tasks/0/HTTP",
  ]);
});

test("a retry delay of the definition's own is not told to be another", () => {
  const explain = (task: JsonObject) =>
    explainMender({ version: 1, tasks: [{ retries: 3, ...task }] }, everythingSet)[0]?.differs;
  expect(explain({ retryDelaySeconds: 5 })).not.toContain("pauses");
  expect(explain({})).toContain("pauses of a second and more");
});

test.each(["devices", "${env.SITE_ADDR}.devices"])(
  "the name of the stream before the subject %j is told of where nats_stream_name is not set",
  (subject) => {
    const document = { version: 1, tasks: [{ nats: { subject } }] };
    const [told, ...others] = explainMender(document, { ...everythingSet, streamNameIsSet: false });
    expect(told).toMatchObject({ rule: "subjects", at: "/tasks/0/nats/subject" });
    expect(told?.differs).toContain("WORKFLOWS");
    expect(others).toEqual([]);
  },
);

test("a time-out that was none is told with the time that counts now", () => {
  const explain = (part: JsonObject) =>
    explainMender({ version: 1, tasks: [{ http: part }] }, everythingSet).map(({ differs }) => differs);
  expect(explain({ connectionTimeOut: 0, readTimeOut: 0 })).toEqual([
    expect.stringMatching(/10 s.*no limit/),
    expect.stringMatching(/30 s.*no limit/),
    expect.any(String),
  ]);
});

test("what is no definition of this dialect has no differences", () => {
  for (const document of [null, [], "text", { schemaVersion: 2, tasks: [{}] }, { version: 1, tasks: {} }])
    expect(explainMender(document, everythingSet)).toEqual([]);
});

test("every rule has a case here, and a heading in the guide", async () => {
  expect(new Set(cases.map(([rule]) => rule))).toEqual(new Set(differenceRules));
  const guide = await readFile(new URL("../../../docs/guides/coming-from-mender.md", import.meta.url), "utf8");
  const headings = [...guide.matchAll(/^### (.+)$/gm)].map(([, heading = ""]) =>
    heading.toLowerCase().replaceAll(" ", "-"),
  );
  expect(headings).toEqual(expect.arrayContaining([...differenceRules]));
});
