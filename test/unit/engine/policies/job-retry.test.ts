import { expect, test } from "vitest";
import type { Job } from "../../../../src/model/job/job.ts";
import type { RetryPolicy, Workflow } from "../../../../src/model/workflow.ts";
import {
  external,
  fanOut,
  parallel,
  sequence,
  subWorkflow,
  task,
  wait,
  workflow,
} from "../../../support/sample-workflow.ts";
import { ended, held, statuses } from "../nodes/moves.ts";
import {
  after,
  asks,
  at,
  begin,
  changeBy,
  claimed,
  expired,
  failedForGood,
  failure,
  finished,
  heldJob,
  ignoredFor,
  started,
  startedJob,
  succeeded,
  types,
} from "../situation.ts";

const twice: RetryPolicy = { kind: "exponential", retries: 2, delayMs: 1000, factor: 3, maxMs: 60_000, jitter: false };
const tree = sequence(task("0"), parallel([task("1"), task("2")]), task("3"));
const model = workflow(tree, { retry: twice, timeoutMs: 60_000 });

function failedAt(job: Job, afterMs: number, of: Workflow = model): Job {
  return after(
    of,
    job,
    finished(job, failure({ retryable: false, result: { response: "no" } }), openOf(job)),
    at(afterMs),
  );
}

function openOf(job: Job): { path: string; attempt: number } {
  const open = job.tasks.find(({ status }) => status === "scheduled");
  if (open === undefined) throw new Error("Nothing is open");
  return { path: open.path, attempt: open.attempt };
}

test("a job that would fail goes on from what failed and what was cancelled for it, after the delay", () => {
  const job = ended(model, held(model), "0", ["1", succeeded]);
  const change = changeBy(model, job, finished(job, failedForGood, { path: "2" }), at(100));
  expect(change).toMatchObject({ status: "running", readyAt: begin + 1100, lease: "release", extras: { retried: 1 } });
  expect(change).not.toHaveProperty("error");
  expect(types(change)).toEqual(["task_failed", "job_retried"]);
  expect(change.history[1]).toEqual({
    at: begin + 100,
    type: "job_retried",
    run: 1,
    dueAt: begin + 1100,
    error: { code: "unreachable", message: "connection refused" },
  });
  const again = after(model, job, finished(job, failedForGood, { path: "2" }), at(100));
  expect(statuses(again)).toEqual({ "0": "completed", "1": "completed", "2": "scheduled" });
  expect(again.tasks[2]).toMatchObject({ attempt: 2, attemptsBefore: 1, scheduledAt: begin + 1100 });
  expect(again).toMatchObject({ retried: 1, deadlineAt: begin + 60_000, bytes: job.bytes });
});

test("the delays grow as the definition says, and after the last retry the job fails with what failed it", () => {
  let job = failedAt(held(model), 0);
  expect(job).toMatchObject({ retried: 1, readyAt: begin + 1000 });
  job = failedAt(claimed(job), 1000);
  expect(job).toMatchObject({ retried: 2, readyAt: begin + 4000 });
  job = failedAt(claimed(job), 4000);
  expect(job).toMatchObject({ status: "failed", retried: 2, error: { code: "unreachable" } });
});

test("a failure that cancels its neighbours has them run again too", () => {
  const job = ended(model, held(model), "0");
  const change = changeBy(model, job, finished(job, failedForGood, { path: "2" }), at(100));
  expect(types(change)).toEqual(["task_failed", "task_cancelled", "job_retried"]);
  const again = after(model, job, finished(job, failedForGood, { path: "2" }), at(100));
  expect(statuses(again)).toEqual({ "0": "completed", "1": "scheduled", "2": "scheduled" });
  expect(ignoredFor(model, again, finished(job, succeeded, { path: "1" }), at(101))).toBe("stale_fence");
  expect(ignoredFor(model, claimed(again), finished(job, succeeded, { path: "1", fence: 2 }), at(101))).toBe(
    "applied_before",
  );
});

test("a paused job waits with its retry until it is resumed", () => {
  const job = after(model, held(model), asks.pause, at(1));
  const waits = failedAt(job, 2);
  expect(waits).toMatchObject({ status: "paused", retried: 1 });
  expect(after(model, waits, asks.resume, at(5000))).toMatchObject({ readyAt: begin + 1002 });
});

test("people's retry counts anew, and a cancelled job is not retried by itself", () => {
  let job = failedAt(claimed(failedAt(claimed(failedAt(held(model), 0)), 1000)), 4000);
  job = after(model, job, asks.retry, at(5000));
  expect(job).toMatchObject({ status: "running", retried: 0 });
  expect(failedAt(claimed(job), 6000)).toMatchObject({ status: "running", retried: 1, readyAt: begin + 7000 });
  const cancelled = after(model, failedAt(held(model), 0), asks.cancel, at(1));
  expect(cancelled.status).toBe("terminated");
});

test("the overall time-out runs on: a retry that would come after it is not waited for", () => {
  const short = workflow(tree, { retry: twice, timeoutMs: 3000 });
  const job = failedAt(held(short), 100, short);
  expect(job).toMatchObject({ status: "running", deadlineAt: begin + 3000 });
  expect(failedAt(claimed(job), 1100, short).status).toBe("failed");
  expect(after(short, job, { kind: "timer_due" }, at(3000))).toMatchObject({ status: "timed_out" });
});

test("a task that may run at most once and was lost in the middle is not run again by itself", () => {
  const once = workflow(sequence(task("0", { whenLost: "fail" })), { retry: twice });
  const job = held(once);
  const begun = after(once, job, started(job), at(1));
  const lost = claimed(expired(begun));
  const over = after(once, lost, { kind: "lost", fence: lost.fence, lost: 1 }, at(2));
  expect(over).toMatchObject({ status: "failed", error: { code: "worker_lost" } });
  expect(failedAt(held(once), 1, once)).toMatchObject({ status: "running", retried: 1 });
});

test("so is work for a queue that may be done at most once and whose worker was silent", () => {
  const polled = {
    kind: "external_polled",
    path: "0",
    iteration: 0,
    token: "one",
    worker: "w",
    leaseMs: 1000,
  } as const;
  const silent = (whenLost: "retry" | "fail"): Job => {
    const mail = workflow(external("0", "mail", { whenLost }), { retry: twice });
    return after(mail, after(mail, startedJob(mail), polled, at(1)), { kind: "timer_due" }, at(1001));
  };
  expect(silent("fail")).toMatchObject({ status: "failed", error: { code: "worker_lost" } });
  expect(silent("retry")).toMatchObject({ status: "running", retried: 1 });
});

test("what no worker runs begins after the delay, too", () => {
  const more = { totalTimeoutMs: 500 };
  const waits = [external("1", "mail", more), subWorkflow("2", "sub", more), wait("3", { durationMs: 500 })];
  const wide = workflow(parallel([task("0"), ...waits]), { retry: twice });
  const job = held(wide);
  const failed = finished(job, failedForGood, { path: "0" });
  expect(changeBy(wide, job, failed, at(100))).toMatchObject({
    offers: [{ queue: "mail", at: begin + 1100 }],
    effects: [{ kind: "start_job" }, { kind: "start_job", notBefore: begin + 1100 }],
  });
  const due = { status: "awaiting", scheduledAt: begin + 1100, readyAt: begin + 1600 };
  expect(after(wide, job, failed, at(100)).tasks).toMatchObject([{ status: "scheduled" }, due, due, due]);
});

test("a command that could not be ended is not run again by itself", () => {
  const job = held(model);
  const error = { code: "not_ended", message: "it may run on this machine still" };
  const over = after(model, job, finished(job, { kind: "failed", error, retryable: false }), at(1));
  expect(over).toMatchObject({ status: "failed", error: { code: "not_ended" } });
});

test("what the engine decided in vain would be decided in the same way again: the job fails", () => {
  const list = workflow(sequence(fanOut("0", "list", task("0/0"))), { retry: twice });
  expect(held(list, { list: "none" })).toMatchObject({ status: "failed", error: { code: "no_list" } });
});

test("processes that an attempt may have left are remembered, and where nobody can tell of them the job fails", () => {
  const wide = workflow(parallel([task("0"), task("1")]), { retry: twice });
  const group = { host: "host/boot/pids", pid: 100, pidStart: "5", mark: "key" };
  const job = heldJob(wide);
  const running = after(wide, job, started(job, { group }), at(1));
  const again = after(wide, running, finished(running, failedForGood, { path: "1" }), at(2));
  expect(again.tasks).toMatchObject([{ status: "scheduled", attempt: 2, processGroups: [group] }, { attempt: 2 }]);
  const unknown = { kind: "process_group_unknown", fence: 1, group } as const;
  expect(after(wide, running, unknown, at(2))).toMatchObject({ status: "failed", error: { code: "worker_lost" } });
});

test("a call that may be made once, and was under way in another branch, is not made again by itself", () => {
  const branches = workflow(parallel([task("0", { whenLost: "fail" }), task("1")]), { retry: twice });
  const begun = after(branches, held(branches), started(held(branches), { path: "0" }), at(1));
  const change = changeBy(branches, begun, finished(begun, failedForGood, { path: "1" }), at(2));
  expect(change).toMatchObject({ status: "failed", error: { code: "unreachable" } });
});
