import { describe, expect, test } from "vitest";
import type { Event } from "../../../../src/model/decision/event.ts";
import { fanOut, parallel, sequence, task, wait, workflow } from "../../../support/sample-workflow.ts";
import { statuses } from "../nodes/moves.ts";
import {
  after,
  at,
  begin,
  blankJob,
  changeBy,
  claimed,
  failedForGood,
  failedRetryable,
  failure,
  finished,
  heldJob,
  ignoredFor,
  startedJob,
  succeeded,
  types,
} from "../situation.ts";

const model = workflow(
  sequence(task("0"), task("1", { retry: { kind: "fixed", retries: 1, delayMs: 5000 } }), task("2")),
);
const held = heldJob(model);
const half = after(model, held, finished(held, succeeded), at(5));

function skip(path: string): Event {
  return { kind: "skip", by: "ada", reason: "not needed today", task: { path, iteration: 0 } };
}

test("an open task is skipped, and what follows begins with the same change", () => {
  const change = changeBy(model, half, skip("1"), at(9));
  expect(change).toMatchObject({ status: "running", lease: "keep", readyAt: begin + 9 });
  expect(change.history).toEqual([
    {
      at: begin + 9,
      type: "task_skipped",
      run: 1,
      task: "task 1",
      path: "1",
      attempt: 1,
      by: "ada",
      reason: "not needed today",
    },
  ]);
  const job = after(model, half, skip("1"), at(9));
  expect(statuses(job)).toEqual({ "0": "completed", "1": "skipped", "2": "scheduled" });
  expect(job.tasks[1]).toMatchObject({ skippedBy: "ada", finishedAt: begin + 9 });
  expect(job.tasks[1]).not.toHaveProperty("readyAt");
});

test("a task that waits for a retry is skipped with its error and what it brought", () => {
  const refused = { ...failure({ retryable: true, result: { response: "x".repeat(100) } }) };
  const waiting = after(model, half, finished(half, refused), at(6));
  const job = after(model, waiting, skip("1"), at(9));
  expect(job).toMatchObject({
    status: "running",
    bytes: half.bytes,
    tasks: [{}, { status: "skipped", attempt: 2 }, {}],
  });
  for (const field of ["error", "result", "readyAt"]) expect(job.tasks[1]).not.toHaveProperty(field);
});

test("the result of an attempt that was skipped while it ran goes to the history only, once, whoever holds the job", () => {
  const late = finished(half, succeeded);
  const job = after(model, half, skip("1"), at(9));
  const change = changeBy(model, job, late, at(10));
  expect(types(change)).toEqual(["late_result"]);
  const told = after(model, job, late, at(10));
  expect(statuses(told)).toEqual(statuses(job));
  expect(ignoredFor(model, told, late, at(11))).toBe("applied_before");
  expect(ignoredFor(model, job, { ...late, outcome: { kind: "interrupted" } }, at(10))).toBe("not_allowed_in_state");
  const { lease: _lease, ...free } = job;
  expect(types(changeBy(model, free, late, at(10)))).toEqual(["late_result"]);
  expect(ignoredFor(model, claimed(free), late, at(10))).toBe("stale_fence");
});

test("a paused job stays paused, and its last task skipped completes it", () => {
  const paused = after(model, half, { kind: "pause", by: "bob" }, at(6));
  const job = after(model, paused, skip("1"), at(7));
  expect(job.status).toBe("paused");
  const change = changeBy(model, job, skip("2"), at(8));
  expect(change).toMatchObject({ status: "completed", lease: "release" });
  expect(types(change)).toEqual(["task_skipped", "job_completed"]);
});

test("a job of which nothing has run yet stays pending", () => {
  expect(after(model, startedJob(model), skip("0"), at(1))).toMatchObject({ status: "pending", readyAt: begin + 1 });
});

describe("of a job that has ended", () => {
  const failed = after(model, half, finished(half, failure({ retryable: false, result: { response: "no" } })), at(6));

  test("the failed task is skipped, and the rest goes on under a higher fence", () => {
    const change = changeBy(model, failed, skip("1"), at(70));
    expect(change).toMatchObject({ status: "running", renewal: { fence: failed.fence + 1, run: 1, tasks: "kept" } });
    expect(types(change)).toEqual(["task_skipped", "job_retried"]);
    expect(change.history).toMatchObject([{ by: "ada", reason: "not needed today" }, { by: "ada" }]);
    const job = after(model, failed, skip("1"), at(70));
    expect(statuses(job)).toEqual({ "0": "completed", "1": "skipped", "2": "scheduled" });
    expect(job).toMatchObject({ bytes: half.bytes, readyAt: begin + 70 });
    expect(job).not.toHaveProperty("error");
    expect(ignoredFor(model, job, finished(half, succeeded), at(71))).toBe("stale_fence");
  });

  test("nothing is left to do where it was the last: the job completes at once", () => {
    const job = after(model, claimed(after(model, failed, skip("1"), at(70))), { kind: "cancel", by: "bob" }, at(71));
    const change = changeBy(model, job, skip("2"), at(80));
    expect(change).toMatchObject({ status: "completed", finishedAt: begin + 80 });
    expect(types(change)).toEqual(["task_skipped", "job_retried", "job_completed"]);
  });

  test("others that failed or were cancelled are retried with it", () => {
    const wide = workflow(sequence(parallel([task("0"), task("1"), task("2")]), task("3")));
    const job = heldJob(wide);
    const over = after(wide, job, finished(job, failedForGood, { path: "1" }), at(6));
    expect(statuses(over)).toEqual({ "0": "cancelled", "1": "failed", "2": "cancelled" });
    expect(statuses(after(wide, over, skip("1"), at(9)))).toEqual({
      "0": "scheduled",
      "1": "skipped",
      "2": "scheduled",
    });
    expect(statuses(after(wide, over, skip("0"), at(9)))).toEqual({
      "0": "skipped",
      "1": "scheduled",
      "2": "scheduled",
    });
  });
});

test("a failed branch of a living job is skipped, and counts for the join", () => {
  const wide = workflow(parallel([task("0"), task("1"), task("2")], { onFailure: "wait" }));
  const job = heldJob(wide);
  const waits = after(wide, job, finished(job, failedForGood, { path: "1" }), at(6));
  const skipped = after(wide, waits, skip("1"), at(7));
  expect(statuses(skipped)).toEqual({ "0": "scheduled", "1": "skipped", "2": "scheduled" });
  const partly = after(wide, skipped, finished(skipped, succeeded, { path: "0" }), at(8));
  expect(after(wide, partly, finished(partly, succeeded, { path: "2" }), at(9)).status).toBe("completed");
});

test("what its failure had cancelled beside it goes on with it", () => {
  const inner = parallel([task("0/0"), task("0/1")]);
  const wide = workflow(parallel([inner, task("1")], { join: 1 }));
  const job = heldJob(wide);
  const failed = after(wide, job, finished(job, failedForGood, { path: "0/0" }), at(6));
  const change = changeBy(wide, failed, skip("0/0"), at(7));
  expect(types(change)).toEqual(["task_skipped", "task_retried"]);
  const skipped = after(wide, failed, skip("0/0"), at(7));
  expect(statuses(skipped)).toEqual({ "0/0": "skipped", "0/1": "scheduled", "1": "scheduled" });
  expect(skipped.tasks.find(({ path }) => path === "0/1")).toMatchObject({ attempt: 2, attemptsBefore: 1 });
});

test("nothing is skipped in a completed job, nor a task that ended well or has not begun", () => {
  const done = after(model, half, skip("1"), at(9));
  expect(ignoredFor(model, after(model, done, skip("2"), at(9)), skip("0"), at(10))).toBe("not_allowed_in_state");
  for (const path of ["0", "2", "7"]) expect(ignoredFor(model, half, skip(path), at(9))).toBe("not_allowed_for_task");
  const failed = after(model, half, finished(half, failedForGood), at(6));
  expect(ignoredFor(model, failed, skip("0"), at(9))).toBe("not_allowed_for_task");
  const list = workflow(fanOut("0", "list", task("0/0")));
  expect(ignoredFor(list, heldJob(list), skip("0"), at(9))).toBe("not_allowed_for_task"); // what was to be decided cannot be done without
  const waiting = after(model, half, finished(half, failedRetryable), at(6));
  expect(ignoredFor(model, after(model, waiting, skip("1"), at(7)), skip("1"), at(8))).toBe("not_allowed_for_task");
});

test("a wait is skipped like a task", () => {
  const patient = workflow(sequence(wait("0", { event: "approved" }), task("1")));
  const job = after(patient, startedJob(patient), skip("0"), at(9));
  expect(statuses(job)).toEqual({ "0": "skipped", "1": "scheduled" });
  expect(job.readyAt).toBe(begin + 9);
});

test("a job that is to begin later does so then, also without its first task", () => {
  const later = after(model, blankJob(model), { kind: "start", dueAt: begin + 60_000 }, at(0));
  const change = changeBy(model, later, skip("0"), at(5));
  expect(change).toMatchObject({ status: "pending", readyAt: begin + 60_000 });
  expect(change.tasks).toMatchObject([
    { path: "0" },
    { path: "1", readyAt: begin + 60_000, scheduledAt: begin + 60_000 },
  ]);
});
