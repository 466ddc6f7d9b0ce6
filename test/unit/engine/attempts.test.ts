import { describe, expect, test } from "vitest";
import { parallel, sequence, task, workflow } from "../../support/sample-workflow.ts";
import {
  after,
  at,
  begin,
  changeBy,
  claimed,
  expired,
  failedForGood,
  failedRetryable,
  failure,
  finished,
  heldJob,
  interrupted,
  skipped,
  started,
  succeeded,
  types,
} from "./situation.ts";

const two = workflow(sequence(task("0"), task("1")));
const once = workflow(sequence(task("0", { whenLost: "fail" }), task("1")));

describe("an attempt that succeeded", () => {
  test("records its result and schedules the next task in one change", () => {
    const job = heldJob(two);
    const change = changeBy(two, job, finished(job, succeeded), at(20));
    expect(change).toMatchObject({ status: "running", startedAt: begin + 1, readyAt: begin + 20, lease: "keep" });
    expect(change.tasks).toMatchObject([
      { path: "0", status: "completed", attempt: 1, finishedAt: begin + 20, result: { response: { statusCode: 200 } } },
      { path: "1", status: "scheduled", attempt: 1, readyAt: begin + 20 },
    ]);
    expect(change.tasks[0]).not.toHaveProperty("readyAt");
    expect(change.history).toEqual([
      {
        at: begin + 20,
        type: "task_completed",
        run: 1,
        task: "task 0",
        path: "0",
        attempt: 1,
        worker: "w1",
        fence: 1,
        startedAt: begin + 1,
        durationMs: 7.5,
      },
    ]);
  });

  test("of the last task completes the job and gives back the lease", () => {
    let job = heldJob(two);
    job = after(two, job, finished(job, succeeded), at(20));
    const change = changeBy(two, job, finished(job, succeeded, { startedAt: begin + 21 }), at(30));
    expect(change).toMatchObject({
      status: "completed",
      startedAt: begin + 1,
      finishedAt: begin + 30,
      lease: "release",
    });
    expect(change).not.toHaveProperty("readyAt");
    expect(change).not.toHaveProperty("error");
    expect(types(change)).toEqual(["task_completed", "job_completed"]);
  });

  test("after failures leaves no error behind", () => {
    const model = workflow(task("0", { retry: { kind: "fixed", retries: 1, delayMs: 10 } }));
    let job = heldJob(model);
    job = after(model, job, finished(job, failedRetryable), at(20));
    expect(job.tasks[0]).toMatchObject({ attempt: 2, error: { code: "unreachable" } });
    job = after(model, job, finished(job, succeeded), at(40));
    expect(job.tasks[0]).toMatchObject({ status: "completed", attempt: 2 });
    expect(job.tasks[0]).not.toHaveProperty("error");
  });

  test("makes workers lost before it forgotten", () => {
    let job = claimed(expired(claimed(expired(heldJob(two)))));
    job = after(two, job, { kind: "lost", fence: job.fence, lost: 2 }, at(5));
    expect(job).toMatchObject({ lost: 2, lostRecorded: 2 });
    job = after(two, job, finished(job, succeeded), at(20));
    expect(job).toMatchObject({ lost: 0, lostRecorded: 0 });
  });
});

test("a skipped task lets the next one run, and says why it was skipped", () => {
  const job = heldJob(two);
  const change = changeBy(two, job, finished(job, skipped), at(20));
  expect(change.tasks).toMatchObject([
    { path: "0", status: "skipped", finishedAt: begin + 20 },
    { path: "1", status: "scheduled" },
  ]);
  expect(change.history).toMatchObject([{ type: "task_skipped", reason: "nothing to do" }]);
});

describe("an attempt that failed", () => {
  test.each([
    ["for good", failedForGood, { kind: "fixed", retries: 5, delayMs: 10 }],
    ["without a retry left", failedRetryable, { kind: "fixed", retries: 0, delayMs: 10 }],
  ] as const)("%s fails the job; nothing after it runs", (_how, outcome, retry) => {
    const model = workflow(sequence(task("0", { retry }), task("1")));
    const job = heldJob(model);
    const change = changeBy(model, job, finished(job, outcome), at(20));
    const error = { code: "unreachable", message: "connection refused" };
    expect(change).toMatchObject({ status: "failed", error, finishedAt: begin + 20, lease: "release" });
    expect(change).not.toHaveProperty("readyAt");
    expect(change.tasks).toMatchObject([{ path: "0", status: "failed", error, finishedAt: begin + 20 }]);
    expect(change.history).toMatchObject([
      { type: "task_failed", attempt: 1, error },
      { type: "job_failed", error },
    ]);
  });

  test("for good keeps what the service answered", () => {
    const job = heldJob(two);
    const result = { request: { uri: "http://example" }, response: { statusCode: 404 } };
    const change = changeBy(two, job, finished(job, failure({ retryable: false, result })), at(20));
    expect(change.tasks).toMatchObject([{ status: "failed", result }]);
  });

  test("becomes the next attempt of the same task", () => {
    const model = workflow(sequence(task("0", { retry: { kind: "fixed", retries: 2, delayMs: 300 } }), task("1")));
    const job = heldJob(model);
    const change = changeBy(model, job, finished(job, failedRetryable), at(20));
    expect(change).toMatchObject({ status: "running", readyAt: begin + 320, lease: "keep" });
    expect(change.tasks).toMatchObject([{ path: "0", status: "scheduled", attempt: 2, readyAt: begin + 320 }]);
    expect(change.history).toMatchObject([{ type: "attempt_failed", attempt: 1, dueAt: begin + 320 }]);
  });

  test("is repeated as often as the policy says", () => {
    const model = workflow(task("0", { retry: { kind: "fixed", retries: 2, delayMs: 0 } }));
    let job = heldJob(model);
    for (const attempt of [1, 2, 3]) {
      expect(job).not.toHaveProperty("finishedAt");
      expect(job.tasks[0]).toMatchObject({ attempt });
      job = after(model, job, finished(job, failedRetryable), at(attempt));
    }
    expect(job).toMatchObject({ status: "failed" });
    expect(job.tasks).toMatchObject([{ status: "failed", attempt: 3 }]);
  });

  test.each([
    [999, "keep"],
    [1000, "release"],
    [60_000, "release"],
  ] as const)("with a delay of %i ms: the lease is %s", (delayMs, lease) => {
    const model = workflow(task("0", { retry: { kind: "fixed", retries: 1, delayMs } }));
    const job = heldJob(model);
    expect(changeBy(model, job, finished(job, failedRetryable), at(0))).toMatchObject({
      lease,
      readyAt: begin + delayMs,
    });
  });
});

describe("an attempt that its stopping worker interrupted", () => {
  test("is due again at once under the same number, for any worker", () => {
    const job = heldJob(two);
    const change = changeBy(two, job, finished(job, interrupted), at(20));
    expect(change).toMatchObject({ status: "running", readyAt: begin + 20, lease: "release" });
    expect(change.tasks).toMatchObject([{ path: "0", status: "scheduled", attempt: 1, readyAt: begin + 20 }]);
    expect(types(change)).toEqual(["attempt_interrupted"]);
  });

  test("fails where its call had begun and may be made at most once", () => {
    let job = heldJob(once);
    job = after(once, job, started(job), at(10));
    const result = { request: "asked", response: "so far" };
    job = after(once, job, finished(job, { kind: "interrupted", result }), at(20));
    expect(job).toMatchObject({ status: "failed", error: { code: "interrupted" } });
    expect(job.tasks).toMatchObject([{ path: "0", status: "failed", result }]);
  });

  test("is due again where it may be made at most once and had not begun", () => {
    let job = heldJob(once);
    job = after(once, job, finished(job, interrupted), at(20));
    expect(job.tasks).toMatchObject([{ path: "0", status: "scheduled", attempt: 1 }]);
  });

  test("does not make lost workers forgotten", () => {
    let job = claimed(expired(heldJob(two)));
    job = after(two, job, { kind: "lost", fence: job.fence, lost: 1 }, at(5));
    expect(after(two, job, finished(job, interrupted), at(20))).toMatchObject({ lost: 1, lostRecorded: 1 });
  });
});

test("a task that may run at most once is noted before its call", () => {
  const job = heldJob(once);
  const change = changeBy(once, job, started(job), at(10));
  expect(change).toMatchObject({ status: "running", startedAt: begin + 10, lease: "keep", readyAt: begin });
  expect(change.tasks).toMatchObject([{ path: "0", status: "started", attempt: 1 }]);
  expect(change.tasks[0]).not.toHaveProperty("readyAt");
  expect(change.history).toMatchObject([{ type: "attempt_started", worker: "w1", fence: 1 }]);
  const noted = after(once, job, started(job), at(10));
  expect(after(once, noted, finished(noted, succeeded), at(20)).tasks).toMatchObject([
    { path: "0", status: "completed" },
    { path: "1", status: "scheduled" },
  ]);
});

test("a task that the workflow does not have fails the job clearly", () => {
  const job = heldJob(two);
  const other = workflow(task("elsewhere"));
  expect(changeBy(other, job, finished(job, succeeded), at(1))).toMatchObject({
    status: "failed",
    error: { code: "internal", message: "The workflow has no task at 0" },
  });
});

test("an attempt that is interrupted leaves the lease to other branches that run", () => {
  const branches = workflow(parallel([task("0"), task("1")]));
  const job = heldJob(branches);
  const broken = after(branches, job, finished(job, interrupted, { path: "0" }), at(1));
  expect(broken.lease).toBeDefined();
  expect(after(branches, broken, finished(broken, succeeded, { path: "1" }), at(2)).tasks[1]?.status).toBe("completed");
});
