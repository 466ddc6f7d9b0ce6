import { describe, expect, test } from "vitest";
import type { Event } from "../../../../src/model/decision/event.ts";
import { outwardIdempotencyKey } from "../../../../src/model/ids.ts";
import type { Job } from "../../../../src/model/job/job.ts";
import type { Outcome } from "../../../../src/model/job/task-execution.ts";
import { loop, parallel, sequence, task, terminate, undoable, workflow } from "../../../support/sample-workflow.ts";
import { statuses } from "../nodes/moves.ts";
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
  skipped,
  started,
  succeeded,
  types,
} from "../situation.ts";
import { ending, executionAt, failed, model } from "./undoing.ts";

const cancel: Event = { kind: "cancel", by: "ada", reason: "changed my mind" };

test("a job that fails undoes what is done, the last first, and has failed after that", () => {
  expect(failed).toMatchObject({ status: "running", ending: "failed", error: { code: "unreachable" } });
  expect(failed).not.toHaveProperty("deadlineAt");
  expect(statuses(failed)).toEqual({ "0": "completed", "1": "completed", "2": "failed", "undo:1": "scheduled" });
  expect(failed.lease).toEqual({ worker: "w1", fence: 1 });
  const half = ending(failed, [succeeded]);
  expect(statuses(half)).toMatchObject({
    "1": "undone",
    "undo:1": "completed",
    "0": "completed",
    "undo:0": "scheduled",
  });
  const change = changeBy(model, half, finished(half, succeeded), at(30));
  expect(change).toMatchObject({ status: "failed", error: { code: "unreachable" }, lease: "release" });
  expect(types(change)).toEqual(["task_completed", "job_failed"]);
  const over = after(model, half, finished(half, succeeded), at(30));
  expect(statuses(over)).toMatchObject({ "0": "undone", "1": "undone" });
  expect(over).toMatchObject({ ending: "none", finishedAt: begin + 30 });
  expect(executionAt(over, "0").result).toEqual(executionAt(failed, "0").result);
});

test("the history tells why it undoes, and who wanted it", () => {
  const job = ending(heldJob(model), [succeeded]);
  const change = changeBy(model, job, cancel, at(20));
  expect(change).toMatchObject({ status: "running", extras: { ending: "terminated" } });
  expect(types(change)).toEqual(["task_cancelled", "job_undoing"]);
  expect(change.history[1]).toMatchObject({ by: "ada", reason: "changed my mind" });
  const late = finished(job, succeeded);
  const undoing = after(model, job, cancel, at(20));
  expect(statuses(undoing)).toEqual({ "0": "completed", "1": "cancelled", "undo:0": "scheduled" });
  expect(types(changeBy(model, undoing, late, at(21)))).toEqual(["late_result"]);
  expect(ending(undoing, [succeeded])).toMatchObject({ status: "terminated" });
});

test("so does one whose time is over, and its undos have all the time that they need", () => {
  const job = after(model, ending(heldJob(model), [succeeded]), { kind: "timer_due" }, at(60_000));
  expect(job).toMatchObject({ status: "running", ending: "timed_out", error: { code: "timed_out" } });
  expect(ignoredFor(model, job, { kind: "timer_due" }, at(600_000))).toBe("not_due");
  expect(ending(job, [succeeded], model, 600_000)).toMatchObject({ status: "timed_out", error: { code: "timed_out" } });
});

test("where nothing is done that has an undo, or nobody wants it undone, the job ends at once", () => {
  const unwanted = after(model, ending(heldJob(model), [succeeded]), { ...cancel, undo: false }, at(20));
  expect(statuses(unwanted)).toEqual({ "0": "completed", "1": "cancelled" });
  expect(unwanted.status).toBe("terminated");
  expect(ending(heldJob(model), [failedForGood]).status).toBe("failed");
  expect(ending(heldJob(model), [skipped, failedForGood]).status).toBe("failed");
  expect(after(model, heldJob(model), cancel, at(1)).status).toBe("terminated");
  expect(ending(heldJob(model), [succeeded, succeeded, succeeded, succeeded]).status).toBe("completed");
});

test("in branches it is the order in which they completed that is reversed", () => {
  const wide = workflow(sequence(parallel([undoable("0"), undoable("1"), undoable("2")]), task("3")));
  let job = heldJob(wide);
  for (const path of ["1", "2", "0"]) job = after(wide, job, finished(job, succeeded, executionAt(job, path)), at(5)); // in the same moment
  job = after(wide, job, finished(job, failedForGood, executionAt(job, "3")), at(6));
  const order: string[] = [];
  while (job.status === "running") {
    const open = job.tasks.find(({ status }) => status === "scheduled");
    order.push(open?.path ?? "");
    job = ending(job, [succeeded], wide);
  }
  expect(order).toEqual(["undo:0", "undo:2", "undo:1"]);
});

test("each turn of a loop is undone by itself", () => {
  const turning = workflow(
    sequence(loop("0", undoable("0/0"), { while: { op: "holds", value: true }, maxTurns: 2 }), task("1")),
  );
  const job = ending(heldJob(turning), [succeeded, succeeded], turning);
  expect(job).toMatchObject({ ending: "failed", error: { code: "too_many_turns" } });
  expect(statuses(job)).toMatchObject({ "undo:0/0#1": "scheduled" });
  expect(statuses(ending(job, [succeeded], turning))).toMatchObject({ "0/0#1": "undone", "undo:0/0": "scheduled" });
});

describe("an undo", () => {
  const once = { retry: { kind: "fixed", retries: 1, delayMs: 5000 } } as const;
  const retried = workflow(sequence(undoable("0", {}, once), undoable("1"), task("2")));
  const job = ending(ending(heldJob(retried), [succeeded, succeeded, failedForGood], retried), [succeeded], retried);

  test("is retried by its own policy, and waits in nobody's hands", () => {
    const waiting = ending(job, [failedRetryable], retried, 100);
    expect(executionAt(waiting, "undo:0")).toMatchObject({ status: "scheduled", attempt: 2, readyAt: begin + 5100 });
    expect(waiting).not.toHaveProperty("lease");
    expect(ending(claimed(waiting), [succeeded], retried).status).toBe("failed");
  });

  test("that fails for good fails the job with undo_failed, whatever it was to end as; the others still run", () => {
    const cancelled = after(retried, ending(heldJob(retried), [succeeded, succeeded], retried), cancel, at(20));
    const second = ending(cancelled, [failedForGood], retried);
    expect(second).toMatchObject({ status: "running", ending: "terminated" });
    expect(statuses(second)).toMatchObject({ "1": "completed", "undo:1": "failed", "undo:0": "scheduled" });
    const over = ending(second, [succeeded], retried);
    expect(over).toMatchObject({ status: "failed", error: { code: "undo_failed" } });
    expect(over.error?.message).toBe('"undo task 1" failed: connection refused (unreachable)');
    expect(statuses(over)).toMatchObject({ "0": "undone", "1": "completed" });
    const failedTwice = ending(ending(job, [failedRetryable], retried), [], retried);
    const end = ending(claimed(failedTwice), [failedForGood], retried);
    expect(end.error?.message).toMatch(/"undo task 0" failed: .*; the job was ended by: connection refused/);
  });

  test("has a key of its own, constant over its attempts", () => {
    const key = (now: Job, path: string): string => outwardIdempotencyKey(now.id, now.run, executionAt(now, path));
    expect(key(job, "undo:0")).not.toBe(key(job, "0"));
    expect(key(ending(job, [failedRetryable], retried), "undo:0")).toBe(key(job, "undo:0"));
  });

  test("that may run at most once is not run again when its worker was lost", () => {
    const careful = workflow(sequence(undoable("0", {}, { whenLost: "fail" }), task("1")));
    const undoing = ending(heldJob(careful), [succeeded, failedForGood], careful);
    const lost = claimed(expired(after(careful, undoing, started(undoing), at(30))));
    const over = after(careful, lost, { kind: "lost", fence: lost.fence, lost: 1 }, at(40));
    expect(over).toMatchObject({ status: "failed", error: { code: "undo_failed" } });
  });

  test("may be skipped while it is open: the task stays done", () => {
    const skip: Event = { kind: "skip", by: "ada", task: { path: "undo:0", iteration: 0 } };
    const over = after(retried, job, skip, at(50));
    expect(over).toMatchObject({ status: "failed", error: { code: "unreachable" } });
    expect(statuses(over)).toMatchObject({ "0": "completed", "undo:0": "skipped", "1": "undone" });
    expect(ignoredFor(retried, job, { ...skip, task: { path: "2", iteration: 0 } }, at(50))).toBe(
      "not_allowed_for_task",
    );
    expect(ignoredFor(retried, over, skip, at(60))).toBe("not_allowed_for_task");
  });
});

describe("while a job undoes what it did", () => {
  test("it may be paused and resumed", () => {
    const paused = after(model, failed, asks.pause, at(20));
    expect(paused.status).toBe("paused");
    const half = ending(paused, [succeeded]);
    expect(half.status).toBe("paused");
    const resumed = after(model, half, asks.resume, at(40));
    expect(resumed).toMatchObject({ status: "running", ending: "failed", readyAt: begin + 10 });
    expect(ending(resumed, [succeeded]).status).toBe("failed");
  });

  test("a second cancel changes nothing, unless it asks for nothing more to be undone", () => {
    expect(ignoredFor(model, failed, cancel, at(20))).toBe("not_allowed_in_state");
    const now: Event = { ...cancel, undo: false };
    const change = changeBy(model, failed, now, at(20));
    expect(change).toMatchObject({ status: "terminated", error: failed.error, extras: { ending: "none" } });
    expect(types(change)).toEqual(["task_cancelled", "job_terminated"]);
    expect(change.history[1]).toMatchObject({ error: { code: "unreachable" }, by: "ada" });
    expect(statuses(after(model, failed, now, at(20)))).toMatchObject({ "1": "completed", "undo:1": "cancelled" });
  });

  test("a cancel that cuts it short tells what had failed, undos too", () => {
    const now: Event = { ...cancel, undo: false };
    const half = ending(failed, [failedForGood]);
    expect(after(model, half, now, at(20))).toMatchObject({
      status: "terminated",
      error: { code: "undo_failed", message: expect.stringMatching(/"undo task 1".*the job was ended by:/) as string },
    });
    const asked = after(model, ending(heldJob(model), [succeeded]), cancel, at(20));
    expect(after(model, asked, now, at(21)), "nothing had").not.toHaveProperty("error");
  });

  test("nothing of it is retried, restarted or told", () => {
    for (const event of [
      asks.retry,
      { ...asks.retry, task: { path: "2", iteration: 0 } },
      asks.restart,
      { kind: "signal", event: "paid", data: null, id: "1", by: "ada" },
    ] as const)
      expect(ignoredFor(model, failed, event, at(20))).toBe("not_allowed_in_state");
  });

  test("a lost worker is told, and too many of them end it", () => {
    let job = failed;
    for (let lost = 1; lost <= 2; lost += 1) {
      job = claimed(expired(job));
      const limited = at(30 + lost, { limits: { maxLost: 2 } });
      const change = changeBy(model, job, { kind: "lost", fence: job.fence, lost }, limited);
      expect(change.status).toBe(lost === 1 ? "running" : "failed");
      job = after(model, job, { kind: "lost", fence: job.fence, lost }, limited);
    }
    expect(job).toMatchObject({ error: { code: "worker_lost" }, ending: "none" });
  });
});

test("a cancel of a paused job has it undo at once; a failure lets it wait", () => {
  const job = ending(heldJob(model), [succeeded]);
  const paused = after(model, job, { kind: "pause", by: "bob" }, at(20));
  expect(after(model, paused, cancel, at(21))).toMatchObject({ status: "running", readyAt: begin + 21 });
  const waits = ending(ending(paused, [succeeded]), [failedForGood]);
  expect(waits).toMatchObject({ status: "paused", ending: "failed" });
});

test("nor does one undo that is paused and puts an end to itself", () => {
  const itself = workflow(sequence(undoable("0"), terminate("1", "terminated")));
  const paused = after(itself, heldJob(itself), { kind: "pause", by: "bob" }, at(20));
  const waits = ending(paused, [succeeded], itself, 30);
  expect(waits).toMatchObject({ status: "paused", ending: "terminated" });
  const resumed = after(itself, waits, { kind: "resume", by: "bob" }, at(40));
  expect(ending(claimed(resumed), [succeeded], itself, 50).status).toBe("terminated");
});

test("a job that killed its workers undoes all the same, with its losses forgotten", () => {
  const lost = claimed({ ...expired(ending(heldJob(model), [succeeded])), lost: 2 });
  const job = after(model, lost, { kind: "lost", fence: lost.fence, lost: 2 }, at(30, { limits: { maxLost: 2 } }));
  expect(job).toMatchObject({ status: "running", ending: "failed", lost: 0, error: { code: "worker_lost" } });
});

test("a job that its definition retries undoes only when it fails for good", () => {
  const patient = workflow(sequence(undoable("0"), task("1")), { retry: { kind: "fixed", retries: 1, delayMs: 10 } });
  const job = ending(heldJob(patient), [succeeded, failedForGood], patient);
  expect(statuses(job)).toEqual({ "0": "completed", "1": "scheduled" });
  expect(statuses(ending(job, [failedForGood], patient, 30))).toMatchObject({ "undo:0": "scheduled" });
});

test("an undo is done although its answer does not fit into the job", () => {
  const answer: Outcome = { kind: "succeeded", result: { response: { body: "x".repeat(5000) } } };
  const event = finished(failed, answer);
  const job = after(model, failed, event, at(99, { limits: { maxResultBytes: 100 } }));
  expect(executionAt(job, event.path)).toMatchObject({ status: "completed" });
  expect(executionAt(job, event.path)).not.toHaveProperty("result");
});
