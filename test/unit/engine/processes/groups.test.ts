import { expect, test } from "vitest";
import { type Job, never } from "../../../../src/model/job/job.ts";
import type { ProcessGroup } from "../../../../src/model/job/process-group.ts";
import { parallel, sequence, task, workflow } from "../../../support/sample-workflow.ts";
import {
  after,
  asks,
  at,
  begin,
  changeBy,
  claimed,
  expired,
  failedForGood,
  failedRetryable,
  finished,
  heldJob,
  ignoredFor,
  interrupted,
  started,
  succeeded,
  types,
} from "../situation.ts";

const model = workflow(sequence(task("0"), task("1")));
const once = workflow(sequence(task("0", { whenLost: "fail" }), task("1")));
const group: ProcessGroup = { host: "host/boot/pids", pid: 100, pidStart: "5", mark: "key" };
const other: ProcessGroup = { ...group, pid: 101 };

/** A worker runs a command for the first task. */
function running(of = model): Job {
  const job = heldJob(of);
  return after(of, job, started(job, { group }), at(1));
}

/** The next worker has the job of one that was lost. */
function takenOver(job: Job): Job {
  return claimed(expired(job), "w2");
}

const lostEvent = (job: Job) => ({ kind: "lost", fence: job.fence, lost: job.lost }) as const;

test("processes are stored as the attempt starts, once", () => {
  const job = running();
  expect(job.tasks).toMatchObject([{ status: "started", startedUnder: 1, processGroups: [group] }]);
  expect(ignoredFor(model, job, started(job, { group }), at(2))).toBe("applied_before");
});

test("a task that was noted as started already can tell of its processes too; the history tells of the start once", () => {
  const job = heldJob(once);
  const noted = after(once, job, started(job), at(1));
  const change = changeBy(once, noted, started(noted, { group }), at(2));
  expect(types(change)).toEqual([]);
  expect(change.tasks).toMatchObject([{ status: "started", processGroups: [group] }]);
});

test("one that may run at most once and whose processes could not be stored has done nothing: it runs when its job is resumed", () => {
  const noted = after(once, heldJob(once), started(heldJob(once)), at(1));
  const paused = after(once, noted, asks.pause, at(2));
  expect(ignoredFor(once, paused, started(noted, { group }), at(3))).toBe("not_allowed_in_state");
  const over = after(once, paused, finished(noted, interrupted, { group }), at(4));
  expect(over).toMatchObject({ status: "paused", readyAt: never, tasks: [{ status: "scheduled", attempt: 1 }] });
  const resumed = after(once, over, asks.resume, at(5));
  expect(resumed).toMatchObject({ status: "running", readyAt: begin + 4 });
  const stored = after(once, noted, started(noted, { group }), at(2));
  const broken = after(once, stored, finished(stored, interrupted, { group }), at(4));
  expect(broken, "it may have").toMatchObject({ status: "failed", error: { code: "interrupted" } });
});

test.each([
  ["succeeded", succeeded, "completed"],
  ["failed and is repeated", failedRetryable, "failed"],
  ["was interrupted", interrupted, "scheduled"],
] as const)("when the attempt %s, its processes are gone", (_, outcome, status) => {
  const job = running();
  const [first] = after(model, job, finished(job, outcome, { group }), at(2)).tasks;
  expect(first).toMatchObject({ path: "0", status });
  expect(first).not.toHaveProperty("processGroups");
});

test("a task that was cancelled keeps its processes until its worker says that they are gone", () => {
  const job = running();
  const cancelled = after(model, job, asks.cancel, at(2));
  expect(cancelled.tasks).toMatchObject([{ status: "cancelled", processGroups: [group] }]);
  const told = after(model, cancelled, { kind: "process_group_ended", group }, at(3));
  expect(told.tasks[0]).not.toHaveProperty("processGroups");
  expect({ ...told, tasks: [], version: 0 }).toEqual({ ...cancelled, tasks: [], version: 0 });
});

test("the end of an attempt that does not count any more tells all the same that its processes are gone", () => {
  const job = running();
  const cancelled = after(model, job, asks.cancel, at(2));
  const told = after(model, cancelled, finished(job, interrupted, { group }), at(3));
  expect(told.tasks[0]).not.toHaveProperty("processGroups");
  expect(told.status).toBe("terminated");
});

test("only that group is gone, however often it is told", () => {
  const job = running();
  expect(ignoredFor(model, job, { kind: "process_group_ended", group: other }, at(2))).toBe("applied_before");
  const told = after(model, job, { kind: "process_group_ended", group }, at(2));
  expect(ignoredFor(model, told, { kind: "process_group_ended", group }, at(3))).toBe("applied_before");
});

test("when a worker was lost, a task whose processes are known to be gone is run again", () => {
  const job = takenOver(running());
  const cleared = after(model, job, { kind: "process_group_ended", group }, at(2));
  expect(after(model, cleared, lostEvent(cleared), at(3)).tasks).toMatchObject([{ status: "scheduled", attempt: 1 }]);
});

test("it is not while they may live, whatever the definition says", () => {
  const job = takenOver(running());
  expect(after(model, job, lostEvent(job), at(3))).toMatchObject({
    status: "failed",
    error: { code: "worker_lost", message: expect.stringContaining("nobody can tell") as string },
  });
});

test("where nobody can tell, the task fails, and who retries it knows better", () => {
  const job = takenOver(running());
  const event = { kind: "process_group_unknown", fence: job.fence, group } as const;
  expect(ignoredFor(model, job, { ...event, fence: 1 }, at(2))).toBe("stale_fence");
  const failed = after(model, job, event, at(2));
  expect(failed).toMatchObject({ status: "failed", tasks: [{ status: "failed", error: { code: "worker_lost" } }] });
  expect(ignoredFor(model, failed, event, at(3))).toBe("not_allowed_in_state");
  const retried = after(model, failed, asks.retry, at(4));
  expect(retried.tasks).toMatchObject([{ status: "scheduled", attempt: 1 }]);
  expect(retried.tasks[0]).not.toHaveProperty("processGroups");
});

test("a retry does not forget processes that may live", () => {
  const cancelled = after(model, running(), asks.cancel, at(2));
  const retried = after(model, cancelled, asks.retry, at(3));
  expect(retried.tasks).toMatchObject([{ status: "scheduled", processGroups: [group] }]);
});

test("nor does a restart, although it forgets the tasks", () => {
  const first = running();
  const done = after(model, first, finished(first, succeeded, { group }), at(2));
  const second = after(model, done, started(done, { group: other }), at(3));
  const cancelled = after(model, second, asks.cancel, at(4));
  const restarted = after(model, cancelled, asks.restart, at(5));
  expect(restarted.tasks).toMatchObject([{ path: "0", status: "scheduled", processGroups: [other] }]);
  const told = after(model, restarted, { kind: "process_group_ended", group: other }, at(6));
  expect(told.tasks[0]).not.toHaveProperty("processGroups");
});

test("a skipped task, and what ends because of it, keep theirs, each once", () => {
  const both = workflow(parallel([task("0"), task("1")], { join: 1 }));
  const held = heldJob(both);
  const first = after(both, held, started(held, { group }), at(1));
  const second = after(both, first, started(first, { path: "1", group: other }), at(2));
  const named = { path: "0", iteration: 0 };
  const skipped = after(both, second, { kind: "skip", by: "ada", task: named }, at(3));
  expect(skipped.tasks).toMatchObject([
    { path: "0", status: "skipped", processGroups: [group] },
    { path: "1", status: "cancelled", processGroups: [other] },
  ]);
});

test("a task that is retried in a job that goes on keeps the processes that are still being ended", () => {
  const tasks = [task("0", { totalTimeoutMs: 50 }), task("1")];
  const both = workflow(parallel(tasks, { onFailure: "wait" }));
  const held = heldJob(both);
  const first = after(both, held, started(held, { path: "0", group }), at(1));
  const overdue = after(both, first, { kind: "timer_due" }, at(60));
  expect(overdue).toMatchObject({ status: "running", tasks: [{ status: "failed", processGroups: [group] }, {}] });
  const named = { path: "0", iteration: 0 };
  const retried = after(both, overdue, { kind: "retry", by: "ada", task: named }, at(70));
  expect(retried.tasks).toMatchObject([{ status: "scheduled", attempt: 2, processGroups: [group] }, {}]);
  const told = after(both, retried, finished(first, interrupted, { group }), at(80));
  expect(told.tasks[0]).toMatchObject({ status: "scheduled", attempt: 2 });
  expect(told.tasks[0]).not.toHaveProperty("processGroups");
});

test("a job that is retried by itself knows what the branches that it cancelled may have left running", () => {
  const retry = { kind: "fixed", retries: 1, delayMs: 2000 } as const;
  const branches = workflow(parallel([task("0"), task("1")]), { retry });
  const job = after(branches, heldJob(branches), started(heldJob(branches), { group }), at(1));
  const again = after(branches, job, finished(job, failedForGood, { path: "1" }), at(2));
  expect(again.tasks).toMatchObject([{ path: "0", status: "scheduled", processGroups: [group] }, { path: "1" }]);
});
