import { expect, test } from "vitest";
import { sequence, task, workflow } from "../../support/sample-workflow.ts";
import {
  after,
  at,
  claimed,
  expired,
  failedRetryable,
  finished,
  heldJob,
  ignoredFor,
  started,
  startedJob,
  succeeded,
} from "./situation.ts";

const model = workflow(sequence(task("0", { retry: { kind: "fixed", retries: 3, delayMs: 10 } }), task("1")));

test("a result counts only under the present fence", () => {
  const first = heldJob(model);
  const event = finished(first, succeeded);
  const nobody = expired(first);
  expect(ignoredFor(model, nobody, event, at(1))).toBe("stale_fence");
  const second = claimed(nobody, "w2");
  expect(ignoredFor(model, second, event, at(1))).toBe("stale_fence");
  expect(ignoredFor(model, second, { ...event, fence: 3 }, at(1))).toBe("stale_fence");
  expect(ignoredFor(model, second, { ...event, fence: 2, worker: "w2" }, at(1))).toBeUndefined();
});

test("a result that was given back with its job does not count", () => {
  expect(ignoredFor(model, startedJob(model), finished(heldJob(model), succeeded), at(1))).toBe("stale_fence");
});

test("a repeated end of an attempt is ignored", () => {
  const job = heldJob(model);
  const failed = finished(job, failedRetryable);
  const waiting = after(model, job, failed, at(1));
  expect(ignoredFor(model, waiting, failed, at(2))).toBe("applied_before");
  const ended = finished(waiting, succeeded);
  const next = after(model, waiting, ended, at(20));
  expect(ignoredFor(model, next, ended, at(21))).toBe("applied_before");
  expect(ignoredFor(model, next, failed, at(22))).toBe("applied_before");
});

test("an end of an attempt that is not, or not yet, is ignored", () => {
  const job = heldJob(model);
  for (const other of [{ attempt: 2 }, { attempt: 0 }, { path: "1" }, { path: "9" }, { iteration: 1 }])
    expect(ignoredFor(model, job, finished(job, succeeded, other), at(1)), JSON.stringify(other)).toBe(
      "applied_before",
    );
});

test("a start of an attempt counts once, for its attempt, under the present fence", () => {
  const job = heldJob(model);
  const event = started(job);
  expect(ignoredFor(model, job, { ...event, fence: 0 }, at(1))).toBe("stale_fence");
  expect(ignoredFor(model, job, { ...event, attempt: 2 }, at(1))).toBe("applied_before");
  expect(ignoredFor(model, job, { ...event, path: "1" }, at(1))).toBe("applied_before");
  expect(ignoredFor(model, after(model, job, event, at(1)), event, at(2))).toBe("applied_before");
  expect(ignoredFor(model, after(model, job, finished(job, succeeded), at(1)), event, at(2))).toBe("applied_before");
});
