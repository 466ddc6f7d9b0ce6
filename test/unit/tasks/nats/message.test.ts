import fc from "fast-check";
import { expect, test } from "vitest";
import { noteKeyOrder } from "../../../../src/model/document/key-order.ts";
import type { JsonObject, JsonValue } from "../../../../src/model/json.ts";
import { checkNatsPart } from "../../../../src/tasks/nats/definition/check.ts";
import { NatsFailure } from "../../../../src/tasks/nats/failure.ts";
import { type Message, messageOf } from "../../../../src/tasks/nats/run/message.ts";
import { render } from "../../../../src/template/render.ts";
import { anyText } from "../../../support/any-text.ts";
import { scopeWith } from "../../template/scope.ts";

/** The message of one attempt with this part, input and environment. */
function message(part: JsonObject, input: JsonObject = {}, env: Record<string, string> = {}, prefix?: string): Message {
  const { spec } = checkNatsPart(part, "", true);
  return messageOf(render(spec, scopeWith({ input, env, responses: { find: { body: '{"id": "x.y"}' } } })), prefix);
}

function refusal(part: JsonObject, input: JsonObject = {}, env: Record<string, string> = {}): NatsFailure {
  try {
    message(part, input, env);
  } catch (error) {
    if (error instanceof NatsFailure) return error;
    throw error;
  }
  throw new Error("it was not refused");
}

test("values fill tokens of the subject and leaves of the data; a leaf that is one reference takes the raw value", () => {
  const part = {
    subject: "inventory.${workflow.input.tenant}.dev-${workflow.input.number}",
    data: {
      id: "${workflow.input.number}",
      tags: "${workflow.input.tags}",
      text: "no ${workflow.input.number}",
      "${a}": 0,
    },
  };
  expect(message(part, { tenant: "acme", number: 7, tags: ["a", { b: null }] })).toEqual({
    subject: "inventory.acme.dev-7",
    payload: '{"id":7,"tags":["a",{"b":null}],"text":"no 7","${a}":0}',
  });
});

test.for([
  [undefined, "null"],
  [null, "null"],
  ["", '""'],
  ["text", '"text"'],
  [0, "0"],
  ["${workflow.input.all}", '{"a":"${workflow.input.b}"}'],
] as const)("data that is %j is sent as %s", ([data, payload]) => {
  const input = { all: { a: "${workflow.input.b}" }, b: "twice" };
  expect(message({ subject: "a", ...(data !== undefined && { data }) }, input).payload).toBe(payload);
});

test("fields may be written in another case", () => {
  expect(message({ Subject: "a", DATA: 1 })).toEqual({ subject: "a", payload: "1" });
});

test.for(["a.b", "a b", "*", ">", "a\r\nPUB x 0\r\n", "a\tb", "1.5", "\u00a0"])(
  "a value %j cannot leave its token",
  (value) => {
    const { code, retryable, message: said } = refusal({ subject: "t.${workflow.input.tenant}" }, { tenant: value });
    expect([code, retryable]).toEqual(["subject_invalid", false]);
    expect(said).toContain("${workflow.input.tenant} is ");
    expect(said).toContain("subjectFromInput");
  },
);

test("a long value is not quoted", () => {
  const long = `${"x".repeat(100_000)}.y`;
  const refused = refusal({ subject: "t.${workflow.input.tenant}" }, { tenant: long }).message;
  expect(refused).toMatch(/^\$\{workflow\.input\.tenant\} is \(a text of 100002 characters\) and cannot stand/);
  const open = { subject: "${workflow.input.tenant}", subjectFromInput: true };
  for (const tenant of [long, `$JS.${"x".repeat(500)}`])
    expect(refusal(open, { tenant }).message).toMatch(
      /^the subject \(a text of \d+ characters\) (has more|begins with)/,
    );
});

test("a missing value, and a result with a dot, are refused with the place that they were to fill", () => {
  expect(refusal({ subject: "t.${workflow.input.tenant}" }).message).toMatch(/"t\." has an empty token/);
  expect(refusal({ subject: "t.${find.json.id}" }).message).toMatch(/^\$\{find\.json\.id\} is "x\.y"/);
});

test("variables of the environment are the operator's: they may bring several tokens", () => {
  const part = { subject: "${env.AREA}.${workflow.input.id}" };
  expect(message(part, { id: "x" }, { AREA: "eu.west" }).subject).toBe("eu.west.x");
  expect(refusal(part, { id: "x" }).message).toMatch(/has an empty token/);
  expect(refusal(part, { id: "x" }, { AREA: "eu.*" }).message).toMatch(/holds a wildcard/);
});

test("a definition may let the input choose the whole subject, but no wildcard and none of the servers' own", () => {
  const part = { subject: "${workflow.input.to}", subjectFromInput: true };
  expect(message(part, { to: "any.where" }).subject).toBe("any.where");
  for (const to of ["a.*", "a b", "a..b", ""]) expect(refusal(part, { to }).code).toBe("subject_invalid");
  expect(refusal(part, { to: "$JS.API.STREAM.DELETE.x" }).message).toMatch(/begins with "\$"/);
});

test("only a definition itself names a subject of the servers", () => {
  expect(message({ subject: "$KV.config.${workflow.input.key}" }, { key: "a" }).subject).toBe("$KV.config.a");
  expect(refusal({ subject: "${workflow.input.a}" }, { a: "$SYS" }).message).toMatch(/begins with "\$"/);
  expect(refusal({ subject: "${workflow.input.a}$SYS.x" }, { a: "" }).message).toMatch(/begins with "\$"/);
});

test("the prefix of an installation stands before the subject", () => {
  expect(message({ subject: "reporting" }, {}, {}, "WORKFLOWS").subject).toBe("WORKFLOWS.reporting");
});

test("whatever the inputs are, the subject has as many tokens as the definition, or none is published to", () => {
  const part = { subject: "a.${workflow.input.x}.b${workflow.input.y}" };
  const value = fc.oneof(fc.string(), anyText, fc.constantFrom(".", "*", ">", " ", "a.b", "$SYS"));
  fc.assert(
    fc.property(value, value, (x: JsonValue, y: JsonValue) => {
      let subject: string;
      try {
        ({ subject } = message(part, { x, y }));
      } catch (error) {
        return error instanceof NatsFailure && !error.retryable;
      }
      return subject.split(".").length === 3 && subject.startsWith("a.") && !/[\s*>]/.test(subject);
    }),
  );
});

test("data is found in whatever case it is written, and has its keys in the order in which they stand", () => {
  const data = { "2": "${workflow.input.tenant}", "10": { b: 1, a: "<${workflow.input.tenant}>" } };
  noteKeyOrder(data, ["10", "2"]);
  expect(message({ Subject: "a", Data: data }, { tenant: "t" }).payload).toBe('{"10":{"b":1,"a":"<t>"},"2":"t"}');
});
