import { expect, test } from "vitest";
import { DefinitionError, type DefinitionProblem } from "../../../../src/model/errors.ts";
import type { JsonValue } from "../../../../src/model/json.ts";
import { checkCliPart } from "../../../../src/tasks/cli/definition/check.ts";

const allowed = ["/bin/echo", "/opt/app/backup"];

function problemsOf(part: JsonValue, binaries: readonly string[] = allowed): readonly DefinitionProblem[] {
  try {
    return checkCliPart(part, "/tasks/0/cli", binaries).warnings;
  } catch (error) {
    if (error instanceof DefinitionError) return error.problems;
    throw error;
  }
}

const errorsAt = (part: JsonValue) =>
  problemsOf(part).flatMap(({ severity, at }) => (severity === "error" ? [at.replace("/tasks/0/cli", "")] : []));

test("every mistake is told at once, each at its place", () => {
  const part = {
    command: ["/bin/echo", 5, null, "a\0b", ["c"]],
    executionTimeOut: -1,
    executionTimeout: 5,
    successCodes: [0, 256, -1, "1", 1.5],
  };
  expect(errorsAt(part).sort()).toEqual(
    ["/command/1", "/command/2", "/command/3", "/command/4", "/executionTimeOut", "/executionTimeout"]
      .concat("/successCodes/1", "/successCodes/2", "/successCodes/3", "/successCodes/4")
      .sort(),
  );
});

test.for([
  [{}, "/command", /missing: an array/],
  [{ command: [] }, "/command", /missing: an array/],
  [{ command: "ls -l" }, "/command", /must be an array of the program and its arguments, not a text: no shell/],
  [{ command: ["/bin/ls"] }, "/command/0", /^"\/bin\/ls" may not run: allowed_binaries .* does not list it$/],
  [{ command: ["echo"] }, "/command/0", /"echo" may not run: the program must be an absolute path/],
  [{ command: ["/bin/../bin/echo"] }, "/command/0", /does not list it/],
  [{ command: ["/bin/echo "] }, "/command/0", /does not list it/],
  [{ command: ["/bin/echo", "${workflow.imput.x}"] }, "/command/1", /./],
  [{ command: ["/bin/echo"], successCodes: [] }, "/successCodes", /not an empty one/],
  [{ command: ["/bin/echo"], executionTimeOut: 604_801 }, "/executionTimeOut", /from 1 to 604800/],
] as const)("%j is refused at %s", ([part, at, message]) => {
  const [problem, ...others] = problemsOf(part as unknown as JsonValue);
  expect(others).toEqual([]);
  expect(problem).toMatchObject({ severity: "error", at: `/tasks/0/cli${at}` });
  expect(problem?.message).toMatch(message);
});

test("a misspelt program suggests the one that is meant", () => {
  expect(problemsOf({ command: ["/opt/app/bakcup"] })).toMatchObject([{ suggestion: "/opt/app/backup" }]);
});

test("without allowed programs the message says that cli tasks are off, and what turns them on", () => {
  expect(problemsOf({ command: ["/bin/echo"] }, [])).toMatchObject([
    { at: "/tasks/0/cli/command/0", message: expect.stringContaining("off until allowed_binaries") as string },
  ]);
});

test("a program that is known only at the run is looked up then", () => {
  expect(problemsOf({ command: ["${workflow.input.program}", "-l"] })).toEqual([]);
});

test("seconds become milliseconds; what is not there is not stored", () => {
  const { spec } = checkCliPart({ command: ["/bin/echo", "a"], executionTimeOut: 5 }, "", allowed);
  expect(spec).toEqual({ command: [{ $text: ["/bin/echo"] }, { $text: ["a"] }], executionTimeoutMs: 5000 });
});
