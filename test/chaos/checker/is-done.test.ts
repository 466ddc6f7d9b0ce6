import { expect, test } from "vitest";
import { isDone } from "./is-done.ts";

test.each([
  [["a"], true],
  [["a", "a"], true],
  [["a", "b"], false],
  [["b"], false],
  [[], false],
])("of a start that was acknowledged as %j and a job a that is done: %s", (acknowledged, expected) => {
  expect(isDone({ marker: "m0", idempotencyKey: "start-m0", acknowledged }, new Set(["a"]))).toBe(expected);
});
