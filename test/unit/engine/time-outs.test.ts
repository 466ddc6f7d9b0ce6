import { expect, test } from "vitest";
import type { Event } from "../../../src/model/decision/event.ts";
import { sequence, task, workflow } from "../../support/sample-workflow.ts";
import {
  after,
  at,
  begin,
  changeBy,
  claimed,
  expired,
  failedRetryable,
  finished,
  heldJob,
  ignoredFor,
  started,
  startedJob,
  succeeded,
  types,
} from "./situation.ts";

const timer: Event = { kind: "timer_due" };
const retry = { kind: "fixed" as const, retries: 9, delayMs: 400 };
const patient = workflow(sequence(task("0", { retry, totalTimeoutMs: 1000 }), task("1", { totalTimeoutMs: 1000 })));

test("a task over its time fails, and its job with it, whatever runs", () => {
  const job = heldJob(patient);
  expect(ignoredFor(patient, job, timer, at(999))).toBe("not_due");
  const change = changeBy(patient, job, timer, at(1000));
  expect(change).toMatchObject({ status: "failed", error: { code: "task_timeout" }, lease: "release" });
  expect(change.tasks).toMatchObject([{ path: "0", status: "failed", finishedAt: begin + 1000 }]);
  expect(change.tasks[0]).not.toHaveProperty("readyAt");
  expect(types(change)).toEqual(["task_failed", "job_failed"]);
  const ended = after(patient, job, timer, at(1000));
  expect(ignoredFor(patient, ended, finished(job, succeeded), at(1001))).toBeDefined();
});

test("a result that comes before the timer counts", () => {
  const job = heldJob(patient);
  expect(changeBy(patient, job, finished(job, succeeded), at(1500)).tasks[0]).toMatchObject({ status: "completed" });
});

test("an attempt that would come too late is not waited for, and the last failure is told", () => {
  let job = heldJob(patient);
  job = after(patient, job, finished(job, failedRetryable), at(100));
  expect(job.tasks).toMatchObject([{ attempt: 2, readyAt: begin + 500 }]);
  const change = changeBy(patient, job, finished(job, failedRetryable), at(600));
  expect(types(change)).toEqual(["task_failed", "job_failed"]);
  expect(change.error).toEqual({
    code: "task_timeout",
    message: expect.stringContaining("the last attempt failed: connection refused (unreachable)") as string,
  });
});

test("the time of a task begins when it is due, not with the job", () => {
  let job = heldJob(patient);
  job = after(patient, job, finished(job, succeeded), at(900));
  expect(ignoredFor(patient, job, timer, at(1899))).toBe("not_due");
  expect(changeBy(patient, job, timer, at(1900))).toMatchObject({ status: "failed", error: { code: "task_timeout" } });
});

test("the time runs on while workers are lost, and while nobody holds the job", () => {
  const lost = expired(heldJob(patient));
  const job = claimed(lost, "w2");
  const told = after(patient, job, { kind: "lost", fence: job.fence, lost: 1 }, at(700));
  expect(changeBy(patient, told, timer, at(1000))).toMatchObject({ status: "failed" });
  expect(changeBy(patient, startedJob(patient), timer, at(1000))).toMatchObject({ status: "failed" });
});

test("a task that may run at most once ends by its time too", () => {
  const once = workflow(task("0", { whenLost: "fail", totalTimeoutMs: 1000 }));
  let job = heldJob(once);
  job = after(once, job, started(job), at(1));
  const change = changeBy(once, job, timer, at(1000));
  expect(change.tasks).toMatchObject([{ status: "failed", error: { code: "task_timeout" } }]);
  expect(change.tasks[0]).not.toHaveProperty("startedUnder");
});

test("the time-out of the job goes before those of its tasks", () => {
  const model = workflow(task("0", { totalTimeoutMs: 1000 }), { timeoutMs: 1000 });
  expect(changeBy(model, heldJob(model), timer, at(1000))).toMatchObject({ status: "timed_out" });
});
