import { describe, expect, test } from "vitest";
import type { Condition } from "../../../../src/model/condition.ts";
import type { JsonValue } from "../../../../src/model/json.ts";
import { choice, sequence, task, valueOf, workflow } from "../../../support/sample-workflow.ts";
import { after, asks, at } from "../situation.ts";
import { bringing, ended, held, statuses } from "./moves.ts";

const size = valueOf("result", "task 0", ["size"]);
const small: Condition = { op: "less", left: size, right: 10 };
const bySize = workflow(
  sequence(
    task("0"),
    choice(
      "1",
      [
        [small, task("1/0")],
        [{ op: "equals", left: size, right: 10 }, task("1/1")],
      ],
      task("1/2"),
    ),
    task("2"),
  ),
);

test.each([
  [3, "1/0"],
  [10, "1/1"],
  [11, "1/2"],
])("of a size of %s the job goes on at %s, and nowhere else, in the commit that brought the size", (value, path) => {
  const job = ended(bySize, held(bySize), ["0", bringing({ size: value })]);
  expect(statuses(job)).toEqual({ "0": "completed", "1": "completed", [path]: "scheduled" });
  expect(statuses(ended(bySize, job, path))).toMatchObject({ "2": "scheduled" });
});

test("where no case holds and there is no other, the job goes on behind it", () => {
  const model = workflow(
    sequence(choice("0", [[{ op: "holds", value: valueOf("input", "flag") }, task("0/0")]]), task("1")),
  );
  expect(statuses(held(model))).toEqual({ "0": "completed", "1": "scheduled" });
});

test("what was chosen stays chosen, whatever becomes of what it was chosen by", () => {
  const latest: Condition = { op: "equals", left: valueOf("result", "again", ["size"]), right: 1 };
  const again = (path: string) => task(path, { name: "again" });
  const model = workflow(
    sequence(again("0"), choice("1", [[latest, sequence(again("1/0"), task("1/1"))]], task("1/2"))),
  );
  const job = ended(model, held(model), ["0", bringing({ size: 1 })], ["1/0", bringing({ size: 2 })]);
  expect(statuses(job)).toEqual({ "0": "completed", "1": "completed", "1/0": "completed", "1/1": "scheduled" });
});

test("values that cannot be compared fail the job, which tells what they are, but not the values", () => {
  const job = ended(bySize, held(bySize), ["0", bringing({ size: "many" })]);
  expect(job).toMatchObject({
    status: "failed",
    error: { code: "not_comparable", message: expect.stringContaining("a text and a number") },
  });
  expect(job.error?.message).not.toContain("many");
});

test("a retry asks again", () => {
  const failed = ended(bySize, held(bySize), ["0", bringing({ size: "many" })]);
  const job = after(bySize, failed, asks.retry, at(9));
  expect(job).toMatchObject({ status: "failed", error: { code: "not_comparable" } });
});

describe("a condition", () => {
  const yes: Condition = { op: "holds", value: true };
  const no: Condition = { op: "not", of: yes };
  const chosen = (when: Condition, input: Record<string, JsonValue> = {}): boolean => {
    const model = workflow(choice("0", [[when, task("0/0")]]));
    return held(model, input).status !== "completed";
  };

  test.each([false, null, 0, ""])("does not hold of %j", (value) => {
    expect(chosen({ op: "holds", value: valueOf("input", "x") }, { x: value })).toBe(false);
  });
  test.each([true, 1, "no", [], {}])("holds of %j", (value) => {
    expect(chosen({ op: "holds", value: valueOf("input", "x") }, { x: value })).toBe(true);
  });
  test("holds of nothing that is missing", () => {
    expect(chosen({ op: "holds", value: valueOf("input", "x") })).toBe(false);
  });
  test("combines others", () => {
    expect(chosen({ op: "all", of: [yes, no] })).toBe(false);
    expect(chosen({ op: "any", of: [no, yes] })).toBe(true);
    expect(chosen({ op: "all", of: [] })).toBe(true);
    expect(chosen({ op: "any", of: [] })).toBe(false);
  });
  test("compares as JSON, whatever the order of keys", () => {
    const given = { x: { a: 1, b: [2] } };
    expect(chosen({ op: "equals", left: valueOf("input", "x"), right: { b: [2], a: 1 } }, given)).toBe(true);
    expect(chosen({ op: "equals", left: valueOf("input", "x"), right: { b: ["2"], a: 1 } }, given)).toBe(false);
  });
  test("compares texts by their code units", () => {
    expect(chosen({ op: "less", left: "a", right: "b" })).toBe(true);
    expect(chosen({ op: "less", left: "b", right: "B" })).toBe(false);
  });
});
