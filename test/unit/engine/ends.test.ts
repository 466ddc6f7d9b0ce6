import { describe, expect, test } from "vitest";
import type { Event } from "../../../src/model/decision/event.ts";
import type { Job } from "../../../src/model/job/job.ts";
import { sequence, task, workflow } from "../../support/sample-workflow.ts";
import {
  after,
  at,
  begin,
  changeBy,
  claimed,
  failedForGood,
  failedRetryable,
  finished,
  heldJob,
  ignoredFor,
  interrupted,
  skipped,
  started,
  startedJob,
  succeeded,
  types,
} from "./situation.ts";

const model = workflow(
  sequence(task("0", { whenLost: "fail", retry: { kind: "fixed", retries: 1, delayMs: 5000 } }), task("1")),
  { timeoutMs: 60_000 },
);
const cancel: Event = { kind: "cancel", by: "ada", reason: "no longer needed" };
const timer: Event = { kind: "timer_due" };
const refused: Event = { kind: "commit_refused", reason: "too large" };

const held = heldJob(model);
const open: [string, Job][] = [
  ["waiting for a worker", startedJob(model)],
  ["held", held],
  ["running a task at most once", after(model, held, started(held), at(5))],
  ["parked in a retry", after(model, held, finished(held, failedRetryable), at(5))],
  ["between two tasks", after(model, held, finished(held, succeeded), at(5))],
];
const over: [string, Job][] = [
  ["completed", completed()],
  ["failed", after(model, held, finished(held, failedForGood), at(5))],
  ["timed out", after(model, held, timer, at(60_000))],
  ["terminated", after(model, held, cancel, at(5))],
];

function completed(): Job {
  const half = after(model, held, finished(held, succeeded), at(5));
  return after(model, half, finished(half, succeeded), at(6));
}

describe.each(open)("a job %s", (_state, job) => {
  test("is cancelled at once; the history says by whom and why", () => {
    const change = changeBy(model, job, cancel, at(70));
    expect(change).toMatchObject({ status: "terminated", finishedAt: begin + 70, lease: "release" });
    expect(change).not.toHaveProperty("readyAt");
    expect(change.tasks).toMatchObject([{ status: "cancelled", finishedAt: begin + 70 }]);
    expect(change.tasks[0]).not.toHaveProperty("readyAt");
    expect(change.history).toMatchObject([
      { type: "task_cancelled" },
      { type: "job_terminated", by: "ada", reason: "no longer needed" },
    ]);
  });

  test("times out when its deadline comes, not before", () => {
    expect(ignoredFor(model, job, timer, at(59_999))).toBe("not_due");
    const change = changeBy(model, job, timer, at(60_000));
    expect(change).toMatchObject({ status: "timed_out", error: { code: "timed_out" }, lease: "release" });
    expect(types(change)).toEqual(["task_cancelled", "job_timed_out"]);
  });

  test("fails when the store can never take what was decided", () => {
    const change = changeBy(model, job, refused, at(70));
    expect(change).toMatchObject({ status: "failed", error: { code: "commit_refused", message: "too large" } });
    expect(types(change)).toEqual(["task_cancelled", "job_failed"]);
  });
});

test("results from before a cancel are kept", () => {
  const between = after(model, held, finished(held, succeeded), at(5));
  const job = after(model, between, cancel, at(6));
  expect(job.tasks).toMatchObject([
    { path: "0", status: "completed", result: { response: { statusCode: 200 } } },
    { path: "1", status: "cancelled" },
  ]);
});

test("a job without a time-out never times out", () => {
  const endless = workflow(task("0"));
  expect(ignoredFor(endless, heldJob(endless), timer, at(1e12))).toBe("not_due");
});

test("only the worker that holds the job can fail it with what cannot be stored, or with a bug", () => {
  const job = claimed(held, "w2");
  expect(ignoredFor(model, job, { kind: "commit_refused", reason: "too large", fence: 1 }, at(1))).toBe("stale_fence");
  expect(
    ignoredFor(
      model,
      job,
      { kind: "defect", error: { code: "internal", message: "x is not a function" }, fence: 1 },
      at(1),
    ),
  ).toBe("stale_fence");
  expect(
    changeBy(
      model,
      job,
      { kind: "defect", error: { code: "internal", message: "x is not a function" }, fence: 2 },
      at(1),
    ),
  ).toMatchObject({
    status: "failed",
    error: { code: "internal", message: "x is not a function" },
  });
});

describe.each(over)("a job that is %s", (_state, job) => {
  test("is changed by no event any more", () => {
    const events: Event[] = [
      cancel,
      timer,
      refused,
      { kind: "defect", error: { code: "internal", message: "x" }, fence: job.fence },
      { kind: "commit_refused", reason: "x", fence: job.fence },
      { kind: "start" },
      started(held),
      { kind: "lost", fence: job.fence, lost: 1 },
    ];
    for (const event of events) expect(ignoredFor(model, job, event, at(70_000)), event.kind).toBeDefined();
  });
});

describe("a result that comes after the end", () => {
  const job = after(model, held, cancel, at(5));
  const late = finished(held, succeeded);

  test("is told in the history, once, and changes nothing else", () => {
    const change = changeBy(model, job, late, at(9));
    expect(change).toMatchObject({ status: "terminated", finishedAt: begin + 5, bytes: job.bytes });
    expect(change.tasks).toEqual([{ ...job.tasks[0], lateAt: begin + 9 }]);
    expect(change.history).toMatchObject([{ type: "late_result", reason: "succeeded", attempt: 1, worker: "w1" }]);
    expect(ignoredFor(model, after(model, job, late, at(9)), late, at(10))).toBe("applied_before");
  });

  test("tells its error where it is a failure", () => {
    const change = changeBy(model, job, finished(held, failedForGood), at(9));
    expect(change.history).toMatchObject([{ type: "late_result", reason: "failed", error: { code: "unreachable" } }]);
  });

  test.each([interrupted, skipped])("is not told where nothing was done: $kind", (outcome) => {
    expect(ignoredFor(model, job, finished(held, outcome), at(9))).toBe("not_allowed_in_state");
  });

  test("is not told where it is a stale worker's, another attempt's, or of a task that had ended", () => {
    expect(ignoredFor(model, job, finished(held, succeeded, { fence: 0 }), at(9))).toBe("stale_fence");
    expect(ignoredFor(model, job, finished(held, succeeded, { attempt: 2 }), at(9))).toBe("applied_before");
    expect(ignoredFor(model, job, finished(held, succeeded, { path: "1" }), at(9))).toBe("applied_before");
    expect(ignoredFor(model, completed(), late, at(9))).toBe("applied_before");
  });
});
