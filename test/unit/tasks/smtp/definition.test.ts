import { expect, test } from "vitest";
import { DefinitionError, type DefinitionProblem } from "../../../../src/model/errors.ts";
import type { JsonValue } from "../../../../src/model/json.ts";
import { checkSmtpPart } from "../../../../src/tasks/smtp/definition/check.ts";

const at = "/tasks/0/smtp";

function problemsOf(part: JsonValue): readonly DefinitionProblem[] {
  try {
    return checkSmtpPart(part, at).warnings;
  } catch (error) {
    if (error instanceof DefinitionError) return error.problems;
    throw error;
  }
}

const whole = { from: "fleet@example.com", to: ["ada@example.com"], subject: "news", body: "Hello" };

test("a whole part has no mistake", () => {
  const part = { ...whole, cc: ["Bob <bob@example.com>"], bcc: [], html: "<p>Hello</p>", timeout: 30 };
  expect(problemsOf(part)).toEqual([]);
});

test("every mistake is told at once, each at its place", () => {
  const part = {
    ...{ from: "nobody", to: ["ada", 5, "${workflow.imput.x}"], cc: "bob@example.com", bcc: ["a@x, b@"] },
    ...{ subject: "two\nlines", body: 5, timeout: -1, subjct: "x" },
  };
  const errors = problemsOf(part).filter(({ severity }) => severity === "error");
  expect(errors.map((problem) => problem.at.replace(at, "")).sort()).toEqual(
    ["/bcc/0", "/body", "/cc", "/from", "/subject", "/subjct", "/timeout", "/to/0", "/to/1", "/to/2"].sort(),
  );
  expect(errors.find((problem) => problem.at.endsWith("/subjct"))?.suggestion).toBe("subject");
});

test.for([
  [{ ...whole, from: null }, "/from", /from is missing/],
  [{ ...whole, from: "a@b.c, d@e.f" }, "/from", /more than one address/],
  [{ from: "a@b.c", body: "x" }, "/to", /to is missing/],
  [{ ...whole, to: [] }, "/to", /to is missing/],
  [{ ...whole, to: ["ada@example.com, nobody"] }, "/to/0", /"nobody" is not an address: it has no "@"/],
  [{ ...whole, body: 5 }, "/body", /must be a text/],
  [{ ...whole, timeout: 86_401 }, "/timeout", /from 1 to 86400/],
] as const)("%j is refused at %s", ([part, place, message]) => {
  const [problem, ...others] = problemsOf(part as unknown as JsonValue);
  expect(others).toEqual([]);
  expect(problem).toMatchObject({ severity: "error", at: `${at}${place}` });
  expect(problem?.message).toMatch(message);
});

test("a mail without any text is taken with a warning", () => {
  expect(problemsOf({ ...whole, body: "" })).toMatchObject([{ severity: "warning", at }]);
});

const to = (entry: string) => ({ ...whole, to: [entry] });

test.for([
  ["a default", to("${workflow.input.to|not an address}"), "/to/0", /"not an address" \(with its defaults\) is not an/],
  ["a default of a result", to("${login.json.mail|nobody}"), "/to/0", /"nobody" \(with its defaults\)/],
  ["several in a default", to("${workflow.input.to|a@b.c,d@e.f}"), "/to/0", /one address only.*entry of its own/],
  ["several with names", to("${workflow.input.to|a@b.c, Bob <d@e.f>}"), "/to/0", /one address only/],
  ["several beside an input", to("a@b.c, ${workflow.input.to}"), "/to/0", /one address only.*entry of its own/],
  [
    "a default in part",
    to("${workflow.input.who|a b}@example.com"),
    "/to/0",
    /"a b@example\.com" \(with its defaults\)/,
  ],
  ["a default of a variable", to("a@b.c, ${env.X|nobody}"), "/to/0", /"nobody" \(with its defaults\)/],
  ["what stands beside a variable", to("not an address, ${env.X}"), "/to/0", /"not an address" is not an address/],
  ["a line break beside a variable", to("Ada\n${env.X}"), "/to/0", /line break/],
  ["a NUL", to("a\0b@example.com"), "/to/0", /control character/],
  ["a NUL in a default", to("${workflow.input.to|a\0b@example.com}"), "/to/0", /control character/],
  [
    "a default of the sender",
    { ...whole, from: "${workflow.input.f|nobody}" },
    "/from",
    /from \(with its defaults\) is not/,
  ],
  ["a line break in the sender", { ...whole, from: "Ada\n<${workflow.input.f}>" }, "/from", /line break/],
  ["two senders", { ...whole, from: "a@b.c, ${env.X|d@e.f}" }, "/from", /more than one address/],
  ["a control character", { ...whole, subject: "new\u0007s" }, "/subject", /one line/],
  ["one in a default", { ...whole, subject: "${workflow.input.s|a\u2028b}" }, "/subject", /one line/],
] as const)("what would fail every job is refused: %s", ([, part, place, message]) => {
  const [problem, ...others] = problemsOf(part);
  expect(others).toEqual([]);
  expect(problem).toMatchObject({ severity: "error", at: `${at}${place}` });
  expect(problem?.message).toMatch(message);
});

test("what may be an address is taken", () => {
  const entries = [
    "${workflow.input.to|a@example.com}",
    "${workflow.input.to}",
    "${workflow.input.to|}",
    '${workflow.input.to|"Lovelace, Ada" <a@example.com>}',
    "${workflow.input.who|ops}@${env.DOMAIN|example.com}",
    "Ops, day and night <${workflow.input.to}>",
    "${env.X|a@example.com, b@example.com},\n${env.Y}, c@example.com",
    "${env.WHO|ops}@${env.DOMAIN}",
  ];
  expect(problemsOf({ ...whole, to: entries, from: "${env.NAME} <${env.X|a@example.com}>" })).toEqual([]);
  expect(problemsOf({ ...whole, subject: "a\tb ${workflow.input.s|č\td}", from: "${env.FROM|}" })).toEqual([]);
});
