import { Compile } from "typebox/schema";
import { expect, test } from "vitest";
import { DefinitionError, type DefinitionProblem } from "../../../../src/model/errors.ts";
import type { JsonValue } from "../../../../src/model/json.ts";
import { checkNatsPart } from "../../../../src/tasks/nats/definition/check.ts";
import { natsSchema } from "../../../../src/tasks/nats/definition/schema.ts";

function problemsOf(part: JsonValue, configured = true): readonly DefinitionProblem[] {
  try {
    return checkNatsPart(part, "/tasks/0/nats", configured).warnings;
  } catch (error) {
    if (error instanceof DefinitionError) return error.problems;
    throw error;
  }
}

test.for([
  { subject: "inventory.new" },
  { subject: "inventory.${workflow.input.tenant}.new", data: { id: "${workflow.input.id}", at: [1, null, true] } },
  { subject: "dev-${workflow.input.tenant|none}", data: "" },
  { subject: "${env.TENANT_ADDR|a.b}.new" },
  { subject: "${workflow.input.subject|a.b}", subjectFromInput: true },
  { subject: "$KV.devices.${workflow.input.id}", data: null },
])("%j is taken", (part) => {
  expect(problemsOf(part)).toEqual([]);
  expect(Compile(natsSchema).Check(part)).toBe(true);
});

test.for([
  [{}, "/subject", /missing: where to publish to/],
  [{ subject: "" }, "/subject", /missing/],
  [{ subject: ["a"] }, "/subject", /must be a text/],
  [{ subject: "a b" }, "/subject", /holds a space/],
  [{ subject: "a\r\nPUB b" }, "/subject", /holds a space or a control character/],
  [{ subject: "a.*.b" }, "/subject", /holds a wildcard/],
  [{ subject: "a.>" }, "/subject", /holds a wildcard/],
  [{ subject: "a..b" }, "/subject", /has an empty token/],
  [{ subject: ".a" }, "/subject", /has an empty token/],
  [{ subject: "${workflow.input.a}." }, "/subject", /has an empty token/],
  [{ subject: "a".repeat(1025) }, "/subject", /more than 1024 bytes/],
  [{ subject: "a.${workflow.input.b|c.d}" }, "/subject", /default of \$\{workflow\.input\.b\} holds a "\."/],
  [{ subject: "a", subjectFromInput: "yes" }, "/subjectFromInput", /true or false/],
  [{ subject: "a", data: { b: ["${workflow.imput.c}"] } }, "/data/b/0", /./],
  [{ subject: "a", dta: 1 }, "/dta", /unknown field/],
] as const)("%j is refused at %s", ([part, at, message]) => {
  const [problem, ...others] = problemsOf(part as unknown as JsonValue);
  expect(others).toEqual([]);
  expect(problem).toMatchObject({ severity: "error", at: `/tasks/0/nats${at}` });
  expect(problem?.message).toMatch(message);
});

test("where no server is configured the message says that nats tasks are off, and what turns them on", () => {
  expect(problemsOf({ subject: "a" }, false)).toMatchObject([
    { at: "/tasks/0/nats", severity: "error", message: expect.stringContaining("off until nats_uri") as string },
  ]);
});

test.for([{}, { subject: 5 }, { subject: "" }, { subject: "a", subjectFromInput: 1 }, { subject: "a", topic: "b" }])(
  "editors mark %j",
  (part) => {
    expect(Compile(natsSchema).Check(part)).toBe(false);
  },
);
