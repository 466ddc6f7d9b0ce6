import { describe, expect, test } from "vitest";
import type { Event, RetryRequested } from "../../../../src/model/decision/event.ts";
import { outwardIdempotencyKey } from "../../../../src/model/ids.ts";
import { type Job, never } from "../../../../src/model/job/job.ts";
import type { Outcome, TaskExecution } from "../../../../src/model/job/task-execution.ts";
import type { ParallelNode, Workflow } from "../../../../src/model/workflow.ts";
import { fanOut, parallel, sequence, task, workflow } from "../../../support/sample-workflow.ts";
import { ended, held, statuses } from "../nodes/moves.ts";
import {
  after,
  asks,
  at,
  begin,
  changeBy,
  failedForGood,
  failedRetryable,
  finished,
  heldJob,
  ignoredFor,
  succeeded,
  types,
} from "../situation.ts";

const once = { retry: { kind: "fixed", retries: 1, delayMs: 10 } } as const;

function three(more: Partial<Pick<ParallelNode, "join" | "onFailure">> = {}): Workflow {
  const branches = parallel([sequence(task("0/0", once), task("0/1")), task("1"), task("2")], more);
  return workflow(sequence(branches, task("3")));
}

function executionAt(job: Job, path: string): TaskExecution {
  const found = job.tasks.find((execution) => execution.path === path);
  if (found === undefined) throw new Error(path);
  return found;
}

function retryOf(path: string, more: Partial<RetryRequested> = {}): Event {
  return { kind: "retry", by: "ada", task: { path, iteration: 0 }, ...more };
}

function endOf(job: Job, path: string, outcome: Outcome, model: Workflow): Job {
  return after(model, job, finished(job, outcome, executionAt(job, path)), at(90));
}

describe("while the other branches run on", () => {
  const model = three({ onFailure: "wait" });
  const failed = ended(model, heldJob(model), ["1", succeeded], ["0/0", failedRetryable], ["0/0", failedForGood]);

  test("the failed branch goes on, and the others are as they were", () => {
    expect(statuses(failed)).toEqual({ "0/0": "failed", "1": "completed", "2": "scheduled" });
    const change = changeBy(model, failed, retryOf("0/0", { reason: "mended" }), at(70));
    expect(change).not.toHaveProperty("renewal");
    expect(change.history).toEqual([
      {
        at: begin + 70,
        type: "task_retried",
        run: 1,
        task: "task 0/0",
        path: "0/0",
        attempt: 3,
        by: "ada",
        reason: "mended",
      },
    ]);
    const job = after(model, failed, retryOf("0/0"), at(70));
    expect(executionAt(job, "0/0")).toEqual({
      path: "0/0",
      iteration: 0,
      name: "task 0/0",
      type: "test",
      status: "scheduled",
      attempt: 3,
      attemptsBefore: 2,
      readyAt: begin + 70,
      scheduledAt: begin + 70,
    });
    for (const path of ["1", "2"]) expect(executionAt(job, path)).toEqual(executionAt(failed, path));
    expect(job).toMatchObject({ lease: failed.lease, fence: failed.fence });
    let going = endOf(job, "2", succeeded, model);
    for (const path of ["0/0", "0/1", "3"]) going = endOf(going, path, succeeded, model);
    expect(going.status).toBe("completed");
  });

  test("it has all its retries again", () => {
    const job = endOf(after(model, failed, retryOf("0/0"), at(70)), "0/0", failedRetryable, model);
    expect(executionAt(job, "0/0")).toMatchObject({ status: "scheduled", attempt: 4 });
    expect(executionAt(endOf(job, "0/0", failedRetryable, model), "0/0")).toMatchObject({
      status: "failed",
      attempt: 4,
    });
  });

  test("no repeated end of an earlier attempt is taken for one of the new", () => {
    const old = finished(failed, succeeded, { ...executionAt(failed, "0/0"), attempt: 2 });
    const job = after(model, failed, retryOf("0/0"), at(70));
    expect(ignoredFor(model, job, old, at(71))).toBe("applied_before");
    expect(ignoredFor(model, job, { ...old, attempt: 1 }, at(71))).toBe("applied_before");
  });

  test("a paused job begins it when it is resumed", () => {
    const paused = after(model, failed, { kind: "pause", by: "bob" }, at(60));
    const job = after(model, paused, retryOf("0/0"), at(70));
    expect(job).toMatchObject({ status: "paused", readyAt: never });
    expect(executionAt(job, "0/0").status).toBe("scheduled");
    expect(after(model, job, { kind: "resume", by: "bob" }, at(80))).toMatchObject({ status: "running" });
  });

  test("what runs or ended well is not retried, nor what nobody needs any more", () => {
    for (const path of ["1", "2", "3"])
      expect(ignoredFor(model, failed, retryOf(path), at(70))).toBe("not_allowed_for_task");
    const any = three({ join: 1 });
    const joined = ended(any, heldJob(any), ["0/0", failedForGood], ["1", succeeded]);
    expect(statuses(joined)).toMatchObject({ "0/0": "failed", "2": "cancelled", "3": "scheduled" });
    for (const path of ["0/0", "2"]) expect(ignoredFor(any, joined, retryOf(path), at(70))).toBe("of_no_use");
  });
});

test("a branch inside a branch is taken up with what its failure had cancelled there", () => {
  const model = workflow(parallel([parallel([task("0/0"), task("0/1")]), task("1")], { join: 1 }));
  const failed = ended(model, heldJob(model), ["0/0", failedForGood]);
  expect(statuses(failed)).toEqual({ "0/0": "failed", "0/1": "cancelled", "1": "scheduled" });
  const change = changeBy(model, failed, retryOf("0/0"), at(9));
  expect(types(change)).toEqual(["task_retried", "task_retried"]);
  expect(statuses(after(model, failed, retryOf("0/0"), at(9)))).toEqual({
    "0/0": "scheduled",
    "0/1": "scheduled",
    "1": "scheduled",
  });
});

describe("of a job that has ended", () => {
  test("the others keep their state, failures too", () => {
    const model = three({ onFailure: "wait" });
    const over = ended(
      model,
      heldJob(model),
      ["1", failedForGood],
      ["2", failedForGood],
      ["0/0", succeeded],
      ["0/1", succeeded],
    );
    const job = after(model, over, retryOf("1"), at(70));
    expect(statuses(job)).toEqual({ "0/0": "completed", "0/1": "completed", "1": "scheduled", "2": "failed" });
    expect(job).toMatchObject({ status: "running", fence: over.fence + 1 });
    expect(executionAt(job, "1")).toMatchObject({ attempt: 1 });
    expect(executionAt(job, "1")).not.toHaveProperty("attemptsBefore");
    const change = changeBy(model, over, retryOf("1"), at(70));
    expect(types(change)).toEqual(["job_retried", "task_retried"]);
    const both = after(model, job, retryOf("2"), at(71));
    expect(statuses(both)).toMatchObject({ "1": "scheduled", "2": "scheduled" });
  });

  test("what was cancelled is taken up where the job cannot complete without it, and only there", () => {
    const all = three();
    const over = ended(all, heldJob(all), ["1", succeeded], ["0/0", failedForGood]);
    expect(statuses(over)).toEqual({ "0/0": "failed", "1": "completed", "2": "cancelled" });
    expect(statuses(after(all, over, retryOf("0/0"), at(70)))).toEqual({
      "0/0": "scheduled",
      "1": "completed",
      "2": "scheduled",
    });
    const two = three({ join: 2 });
    const cancelled = after(two, ended(two, heldJob(two), ["1", succeeded]), { kind: "cancel", by: "bob" }, at(9));
    expect(statuses(after(two, cancelled, retryOf("2"), at(70)))).toEqual({
      "0/0": "cancelled",
      "1": "completed",
      "2": "scheduled",
    });
  });

  test("a task that cannot help, because others failed beside it, is left alone", () => {
    const limit = { totalTimeoutMs: 50 };
    const model = workflow(parallel([task("0", limit), task("1", limit), task("2")]));
    const over = after(model, heldJob(model), { kind: "timer_due" }, at(60));
    expect(statuses(over)).toEqual({ "0": "failed", "1": "failed", "2": "cancelled" });
    expect(ignoredFor(model, over, retryOf("0"), at(70))).toBe("hopeless");
  });

  test("nothing is retried in a job that completed", () => {
    const model = workflow(parallel([task("0"), task("1")], { join: 1 }));
    expect(ignoredFor(model, ended(model, heldJob(model), ["0", succeeded]), retryOf("1"), at(9))).toBe(
      "not_allowed_in_state",
    );
  });
});

describe("with a new key", () => {
  const model = workflow(sequence(task("0"), task("1", once), task("2")));
  const failed = ended(model, heldJob(model), ["0", succeeded], ["1", failedForGood]);
  const key = (job: Job, path: string): string => outwardIdempotencyKey(job.id, job.run, executionAt(job, path));

  test("what is run again has another key, constant from then on, and the history tells it", () => {
    const change = changeBy(model, failed, { kind: "retry", by: "ada", newKey: true }, at(9));
    expect(change.history).toMatchObject([{ type: "job_retried", newKey: true, by: "ada" }]);
    const job = after(model, failed, { kind: "retry", by: "ada", newKey: true }, at(9));
    expect(key(job, "0")).toBe(key(failed, "0"));
    expect(key(job, "1")).not.toBe(key(failed, "1"));
    const claimed = { ...job, lease: { worker: "w1", fence: job.fence } };
    const later = endOf(claimed, "1", failedRetryable, model);
    expect(key(later, "1")).toBe(key(job, "1"));
    const over = endOf(later, "1", failedForGood, model);
    const plain = after(model, over, asks.retry, at(95));
    expect(key(plain, "1")).toBe(key(job, "1"));
    expect(key(after(model, over, { kind: "retry", by: "ada", newKey: true }, at(95)), "1")).not.toBe(key(job, "1"));
    expect(executionAt(after(model, over, asks.restart, at(95)), "0")).not.toHaveProperty("keys");
  });

  test("of a single task too", () => {
    const job = after(model, failed, retryOf("1", { newKey: true }), at(9));
    expect(key(job, "1")).not.toBe(key(failed, "1"));
  });
});

test("of a list's items the one that failed is retried, and what its failure had cancelled with it", () => {
  const body = parallel([task("0/0"), task("0/1")]);
  const wide = workflow(fanOut("0", "list", body, { onFailure: "wait", join: 2 }));
  const started = held(wide, { list: ["a", "b", "c"] });
  const one = { path: "0/0", iteration: 1 };
  const failed = after(wide, started, finished(started, failedForGood, one), at(5));
  expect(statuses(failed)).toMatchObject({ "0/0": "scheduled", "0/0#1": "failed", "0/1#1": "cancelled" });
  const again = after(wide, failed, { kind: "retry", by: "ada", task: one }, at(6));
  expect(statuses(again)).toMatchObject({ "0/0": "scheduled", "0/0#1": "scheduled", "0/1#1": "scheduled" });
  const done = ended(wide, failed, "0/0", "0/1", ["0/0", succeeded, 2], ["0/1", succeeded, 2]);
  expect(done.status).toBe("completed");
  const earlier = ended(wide, failed, "0/0", "0/1");
  expect(ignoredFor(wide, earlier, { kind: "retry", by: "ada", task: { path: "0/0", iteration: 9 } }, at(9))).toBe(
    "not_allowed_for_task",
  );
});
