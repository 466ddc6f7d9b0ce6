import { expect, test } from "vitest";
import type { DefinitionProblem } from "../../../src/model/errors.ts";
import { compileText } from "../../../src/template/compile.ts";
import { parseText } from "../../../src/template/syntax/parse-text.ts";

function problemsOf(text: string): DefinitionProblem[] {
  const problems: DefinitionProblem[] = [];
  compileText(text, "/a/text", problems);
  return problems;
}

test.each([
  ["${workflow.inputs.id}", "${workflow.input.id}"],
  ["${workflow.Input.id}", "${workflow.input.id}"],
  ["${wrokflow.input.id}", "${workflow.input.id}"],
  ["${workflow.device_id}", "${workflow.input.device_id}"],
  ["${input.id}", "${workflow.input.id}"],
  ["${inputs.a.b}", "${workflow.input.a.b}"],
  ["${evn.HAVE_AUDITLOGS}", "${env.HAVE_AUDITLOGS}"],
  ["${ENV.X}", "${env.X}"],
  ["${environment.X}", "${env.X}"],
  ["${INVENTORY_ADDR}", "${env.INVENTORY_ADDR}"],
  ["${create.jsn.id}", "${create.json.id}"],
  ["${create.body.id}", "${create.json.id}"],
  ["${create.response.items[0].id}", "${create.json.items[0].id}"],
])("an unknown root %j suggests %j", (text, suggestion) => {
  expect(problemsOf(text)).toEqual([
    { severity: "error", at: "/a/text", message: expect.stringContaining("refers to nothing"), suggestion },
  ]);
});

test.each([
  ["${deviceid}", "${workflow.input.device_id}"],
  ["${create}", "${create.json}"],
  ["${create.id}", "${create.json.id}"],
])("with declared names at hand, %j suggests %j", (text, suggestion) => {
  const { problems } = parseText(text, { inputs: ["device_id"], tasks: ["create"] });
  expect(problems.map((problem) => problem.suggestion)).toEqual([suggestion]);
});

test.each([
  ["${}", "refers to nothing"],
  ["${workflow.input.}", "refers to nothing"],
  ["${env.}", "refers to nothing"],
  ["${|x}", "refers to nothing"],
  ["a ${workflow.input.id", '"${" without "}"'],
  ["${env.A B}", "letters, digits"],
  ["${env.A-B}", "letters, digits"],
  ["${create.json.items[*].id}", "names and indexes only"],
  ["${create.json..id}", "names and indexes only"],
  ["${create.json.items[-1]}", "names and indexes only"],
  ["${workflow.input.x.jsonInput.a[b]}", "names and indexes only"],
  ["${workflow.input.x|${env.Y}}", "a default is literal text"],
])("%j is a mistake without a suggestion", (text, message) => {
  expect(problemsOf(text)).toEqual([{ severity: "error", at: "/a/text", message: expect.stringContaining(message) }]);
});

test.each([
  ["${encoding=ulr;workflow.input.x}", "Unknown encoding", "url"],
  ["${encoding=base64;workflow.input.x}", "Unknown encoding", undefined],
  ["${encoding=;workflow.input.x}", "Unknown encoding", undefined],
  ["${encodign=url;workflow.input.x}", "Unknown option", "encoding"],
])("%j: %s", (text, message, suggestion) => {
  const [problem, ...others] = problemsOf(text);
  expect(others).toEqual([]);
  expect(problem?.message).toContain(message);
  expect(problem?.suggestion).toBe(suggestion);
});

test("every mistake of a text is found, and what is wrong is not clipped out of the rest", () => {
  const { parts, problems } = parseText("a ${} b ${workflow.input.ok} ${evn.Y} c ${");
  expect(problems).toHaveLength(3);
  expect(parts).toEqual(["a ${} b ", { from: "input", name: "ok" }, " ${evn.Y} c ${"]);
});

test("a message quotes a long mistake in part", () => {
  for (const text of [`\${${"x".repeat(100_000)}}`, `\${${"x".repeat(100_000)}`])
    for (const { message } of problemsOf(text)) expect(message.length).toBeLessThan(300);
});
