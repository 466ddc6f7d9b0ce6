import { expect, test } from "vitest";
import type { Job } from "../../../src/client/workflows.ts";
import { partsText } from "../../../src/commands/client/present/job-parts.ts";

type Result = Job["results"][number];

function shownOf(...results: readonly (Partial<Result> & { readonly name: string })[]): string[] {
  const whole = results.map((result) => ({ type: "any", success: true, skipped: false, ...result }));
  return partsText({ inputParameters: [], results: whole }).trim().split("\n").slice(1);
}

test("inputs are told as JSON, one a line", () => {
  const inputParameters = [
    { name: "who", value: "two\nlines" },
    { name: "tags", value: ["a", 1] },
  ];
  expect(partsText({ inputParameters, results: [] }).trim().split("\n")).toEqual([
    "INPUT  VALUE",
    'who    "two\\nlines"',
    'tags   ["a",1]',
  ]);
});

test("of each kind of task it tells how it was answered, what it asked and what came", () => {
  const httpRequest = { uri: "http://a/b", method: "POST", body: "", headers: [] };
  const shown = shownOf(
    { name: "call", httpRequest, httpResponse: { statusCode: 404, body: '{"no": "such thing"}' } },
    { name: "dead", httpRequest, error: { code: "connect_failed", message: "" } },
    { name: "sum", cli: { command: ["/bin/sum", "-a"], output: "12\n13\n", error: "warned", exitCode: 0 } },
    { name: "bad", cli: { command: ["/bin/bad"], output: "", error: "no file", exitCode: 2 } },
    { name: "slow", cli: { command: ["/bin/slow"], output: "", error: "", exitCode: -1, signal: "SIGTERM" } },
    { name: "mail", smtp: { sender: "a@x", recipients: ["b@x", "c@x"], message: "long", error: "" } },
    { name: "none", skipped: true },
  );
  expect(shown.map((line) => line.split(/ {2,}/))).toEqual([
    ["call", "404", "POST http://a/b", '{"no": "such thing"}'],
    ["dead", "connect_failed", "POST http://a/b"],
    ["sum", "exit 0", "/bin/sum -a", "12 13"],
    ["bad", "exit 2", "/bin/bad", "no file"],
    ["slow", "SIGTERM", "/bin/slow"],
    ["mail", "to b@x, c@x"],
    ["none", "skipped"],
  ]);
});

test("what is long is cut, and says so, as where the server cut it", () => {
  const response = (body: string, more: object = {}) => ({ httpResponse: { statusCode: 200, body, ...more } });
  const [long, cut, whole] = shownOf(
    { name: "a", ...response("x".repeat(201)) },
    { name: "b", ...response("short", { truncated: true }) },
    { name: "c", ...response("y".repeat(200)) },
  );
  expect(long).toMatch(/ x{200} …$/);
  expect(cut).toMatch(/ short …$/);
  expect(whole).toMatch(/ y{200}$/);
});

test("a job without inputs and results has nothing more to tell", () => {
  expect(partsText({ inputParameters: [], results: [] })).toBe("");
});
