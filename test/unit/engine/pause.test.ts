import { describe, expect, test } from "vitest";
import type { Event } from "../../../src/model/decision/event.ts";
import { never } from "../../../src/model/job/job.ts";
import { sequence, task, wait, workflow } from "../../support/sample-workflow.ts";
import {
  after,
  asks,
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
  started,
  startedJob,
  succeeded,
} from "./situation.ts";

const model = workflow(
  sequence(task("0", { whenLost: "fail", retry: { kind: "fixed", retries: 1, delayMs: 5000 } }), task("1")),
  { timeoutMs: 60_000 },
);
const pause: Event = { kind: "pause", by: "ada", reason: "maintenance" };
const resume: Event = { kind: "resume", by: "bob" };
const held = heldJob(model);
const paused = after(model, held, pause, at(3));

test("a paused job keeps its worker and its time-out; the history says by whom and why", () => {
  const change = changeBy(model, held, pause, at(3));
  expect(change).toMatchObject({
    status: "paused",
    readyAt: never,
    deadlineAt: begin + 60_000,
    lease: "keep",
    tasks: [],
  });
  expect(change.history).toEqual([{ at: begin + 3, type: "job_paused", run: 1, by: "ada", reason: "maintenance" }]);
});

describe("of a paused job", () => {
  test("the result of an attempt that runs counts; the next task waits", () => {
    const job = after(model, paused, finished(held, succeeded), at(5));
    expect(job).toMatchObject({
      status: "paused",
      readyAt: never,
      tasks: [
        { path: "0", status: "completed", result: { response: { statusCode: 200 } } },
        { path: "1", status: "scheduled", readyAt: begin + 5 },
      ],
    });
  });

  test("a failed attempt gets its next one, a broken-off one is due again, and neither begins", () => {
    expect(after(model, paused, finished(held, failedRetryable), at(5))).toMatchObject({
      status: "paused",
      readyAt: never,
      tasks: [{ status: "scheduled", attempt: 2, readyAt: begin + 5005 }],
    });
    const job = after(model, paused, finished(held, interrupted), at(5));
    expect(job).toMatchObject({ status: "paused", readyAt: never, tasks: [{ status: "scheduled", attempt: 1 }] });
    expect(job.lease).toBeUndefined();
  });

  test("the last result ends it, and so does a failure", () => {
    const last = after(model, paused, finished(held, succeeded), at(5));
    expect(after(model, last, finished(last, succeeded), at(6)).status).toBe("completed");
    expect(after(model, paused, finished(held, failedForGood), at(5)).status).toBe("failed");
  });

  test("no task that may run at most once is noted as begun", () => {
    expect(ignoredFor(model, paused, started(held), at(4))).toBe("not_allowed_in_state");
  });

  test("the time-out runs on, and it can be cancelled", () => {
    expect(after(model, paused, { kind: "timer_due" }, at(60_000)).status).toBe("timed_out");
    expect(after(model, paused, asks.cancel, at(5)).status).toBe("terminated");
  });
});

describe("a resume", () => {
  test("lets the job go on where it stands: what came due meanwhile is due at once", () => {
    const waiting = after(model, paused, finished(held, failedRetryable), at(5));
    const change = changeBy(model, waiting, resume, at(70));
    expect(change).toMatchObject({ status: "running", readyAt: begin + 5005, lease: "release" });
    expect(change.history).toEqual([{ at: begin + 70, type: "job_resumed", run: 1, by: "bob" }]);
    expect(changeBy(model, waiting, resume, at(9000)).readyAt).toBeLessThanOrEqual(begin + 9000);
  });

  test("of a job of which nothing has run leaves it pending, for any worker", () => {
    const job = after(model, after(model, startedJob(model), pause, at(1)), resume, at(2));
    expect(job).toEqual({ ...startedJob(model), version: job.version });
  });

  test("of a job whose worker died in a task that may run at most once makes that known", () => {
    const noted = after(model, held, started(held), at(2));
    const { lease: _lease, ...left } = after(model, noted, pause, at(3));
    const job = claimed(after(model, { ...left, lost: 1 }, resume, at(4)), "w2");
    expect(after(model, job, { kind: "lost", fence: 2, lost: 1 }, at(5)).status).toBe("failed");
  });
});

test("what is paused is not paused again, what is not paused is not resumed, what has ended is neither", () => {
  expect(ignoredFor(model, paused, pause, at(4))).toBe("not_allowed_in_state");
  expect(ignoredFor(model, held, resume, at(4))).toBe("not_allowed_in_state");
  const over = after(model, held, asks.cancel, at(5));
  for (const event of [pause, resume]) expect(ignoredFor(model, over, event, at(6))).toBe("not_allowed_in_state");
});

test("a resumed job that waits for events alone holds no worker", () => {
  const waiting = workflow(sequence(task("0"), wait("1", { event: "paid" })));
  const running = heldJob(waiting);
  const ended = after(waiting, after(waiting, running, pause, at(3)), finished(running, succeeded), at(5));
  expect(ended.lease, "its worker gives it back").toBeDefined();
  const resumed = after(waiting, ended, resume, at(7));
  expect(resumed).toMatchObject({ status: "running", readyAt: never });
  expect(resumed).not.toHaveProperty("lease");
});
