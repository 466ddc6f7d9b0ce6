import { expect, test } from "vitest";
import {
  choice,
  parallel,
  sequence,
  setVariable,
  task,
  terminate,
  valueOf,
  wait,
  workflow,
} from "../../../support/sample-workflow.ts";
import { after, at, changeBy, finished, succeeded, types } from "../situation.ts";
import { bringing, ended, held, statuses } from "./moves.ts";

test("a variable has the latest value that was given to it", () => {
  const one = { op: "equals", left: valueOf("variable", "x"), right: "second" } as const;
  const model = workflow(
    sequence(
      setVariable("0", { x: "first", y: 1 }),
      setVariable("1", { x: valueOf("input", "next") }),
      choice("2", [[one, task("2/0")]]),
    ),
  );
  expect(statuses(held(model, { next: "second" }))).toMatchObject({ "2/0": "scheduled" });
  expect(held(model, { next: "other" }).status).toBe("completed");
});

test("variables are set by name: anything but an object fails the job", () => {
  const model = workflow(setVariable("0", valueOf("input", "x")));
  expect(held(model, { x: 3 })).toMatchObject({ status: "failed", error: { code: "no_object" } });
});

test("values that do not fit fail the job with the limit", () => {
  const model = workflow(sequence(task("0"), setVariable("1", { x: valueOf("input", "x") })));
  const job = held(model, { x: "x".repeat(5000) });
  const small = at(1, { limits: { maxResultBytes: 1000 } });
  expect(changeBy(model, job, finished(job, succeeded), small)).toMatchObject({
    status: "failed",
    error: { code: "result_too_large" },
  });
});

test("what is kept counts as part of the job", () => {
  const model = workflow(sequence(task("0"), setVariable("1", { x: valueOf("input", "x") }), task("2")));
  const job = held(model, { x: "x".repeat(5000) });
  expect(ended(model, job, ["0", bringing({})]).bytes - job.bytes).toBeGreaterThan(5000);
});

test.each([
  ["completed", { status: "completed" }],
  ["failed", { status: "failed", error: { code: "ended_by_workflow", message: "no stock" } }],
  ["terminated", { status: "terminated", error: { code: "ended_by_workflow", message: "no stock" } }],
] as const)("a job may end itself as %s, whatever else of it runs", (status, expected) => {
  const model = workflow(
    parallel([
      sequence(task("0"), terminate("1", status, valueOf("result", "task 0", ["why"]))),
      sequence(task("2"), task("3")),
      wait("4", { event: "e" }),
    ]),
  );
  const job = held(model);
  const change = changeBy(model, job, finished(job, bringing({ why: "no stock" }), { path: "0" }), at(1));
  expect(change).toMatchObject(expected);
  expect(types(change)).toEqual([
    "task_completed",
    "task_completed",
    "task_cancelled",
    "task_cancelled",
    `job_${status}`,
  ]);
  const end = after(model, job, finished(job, bringing({ why: "no stock" }), { path: "0" }), at(1));
  expect(statuses(end)).toEqual({ "0": "completed", "1": "completed", "2": "cancelled", "4": "cancelled" });
});

test("of a long reason the job tells the beginning", () => {
  const model = workflow(terminate("0", "failed", valueOf("input", "why")));
  const message = held(model, { why: "no".repeat(2000) }).error?.message ?? "";
  expect(message).toHaveLength(1000);
  expect(message).toMatch(/^(no)+n…$/);
});
