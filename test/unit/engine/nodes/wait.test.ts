import { expect, test } from "vitest";
import { never } from "../../../../src/model/job/job.ts";
import {
  fanOut,
  parallel,
  sequence,
  task,
  undoable,
  valueOf,
  wait,
  workflow,
} from "../../../support/sample-workflow.ts";
import { after, asks, at, begin, changeBy, claimed, finished, ignoredFor, succeeded, types } from "../situation.ts";
import { ended, held, statuses, told } from "./moves.ts";

const timer = { kind: "timer_due" } as const;

test("a job that waits for a time is held by nobody until then, and goes on", () => {
  const model = workflow(sequence(task("0"), wait("1", { durationMs: 60_000 }), task("2")));
  const waiting = ended(model, held(model), "0");
  expect(waiting.lease).toBeUndefined();
  expect(waiting.readyAt).toBe(begin + 1 + 60_000);
  expect(ignoredFor(model, waiting, timer, at(60_000))).toBe("not_due");
  const job = after(model, waiting, timer, at(60_001));
  expect(statuses(job)).toEqual({ "0": "completed", "1": "completed", "2": "scheduled" });
  expect(job.readyAt).toBe(begin + 60_001);
});

test.each([
  ["a date", new Date(begin + 5000).toISOString(), 5000],
  ["a date with an offset", "2023-11-15T00:13:25+02:00", 5000],
  ["epoch ms", begin + 5000, 5000],
  ["a time that is over", begin - 5000, 0],
])("it waits until %s", (_what, until, dueMs) => {
  const model = workflow(wait("0", { until: valueOf("input", "until") }));
  expect(held(model, { until }).readyAt).toBe(begin + dueMs);
});

test.each([
  ["soon", "a text"],
  ["5", "a text"],
  ["2033-05-18T03:33:20", "a text"], // at another moment in another place
  ["2033-02-30T00:00:00Z", "a text"],
  [null, "null"],
  [1.5, "a number"],
  [1e300, "a number"],
])("until %j is told not to be a time, by what it is alone", (until, kind) => {
  const model = workflow(wait("0", { until: valueOf("input", "until") }));
  expect(held(model, { until })).toMatchObject({
    status: "failed",
    error: { code: "render_failed", message: expect.stringContaining(`found ${kind} that is none`) },
  });
});

const approval = workflow(sequence(wait("0", { event: "approved", timeoutMs: 5000 }), task("1")));

test("an event ends the wait for it, brings its data and says who told it", () => {
  const job = held(approval);
  const change = changeBy(approval, job, told("approved", { data: { by: "Eve" } }), at(7));
  expect(change.history).toMatchObject([{ type: "task_completed", path: "0", by: "ada" }]);
  const next = after(approval, job, told("approved", { data: { by: "Eve" } }), at(7));
  expect(next.tasks[0]?.result?.response).toEqual({ json: { by: "Eve" } });
  expect(statuses(next)).toEqual({ "0": "completed", "1": "scheduled" });
  expect(next.readyAt).toBe(begin + 7);
});

test("without a time-out the job waits for as long as it takes", () => {
  const model = workflow(wait("0", { event: "approved" }));
  expect(held(model).readyAt).toBe(never);
  expect(ignoredFor(model, held(model), timer, at(1e12))).toBe("not_due");
});

test("with one the wait fails", () => {
  expect(ignoredFor(approval, held(approval), timer, at(4999))).toBe("not_due");
  const change = changeBy(approval, held(approval), timer, at(5000));
  expect(change).toMatchObject({ status: "failed", error: { code: "task_timeout" } });
  expect(types(change)).toEqual(["task_failed", "job_failed"]);
});

test("an event that is told twice ends one wait", () => {
  const model = workflow(sequence(wait("0", { event: "paid" }), wait("1", { event: "paid" })));
  const once = after(model, held(model), told("paid"), at(1));
  expect(ignoredFor(model, once, told("paid"), at(2))).toBe("applied_before");
  expect(after(model, once, told("paid", { id: "2" }), at(2)).status).toBe("completed");
});

test("two events that are told under one key end two waits", () => {
  const model = workflow(sequence(wait("0", { event: "paid" }), wait("1", { event: "packed" })));
  const paid = after(model, held(model), told("paid"), at(1));
  expect(after(model, paid, told("packed"), at(2)).status).toBe("completed");
  expect(ignoredFor(model, paid, told("paid"), at(2))).toBe("applied_before");
});

test("an event that comes before a retry has got to its wait again is kept for it", () => {
  const model = workflow(sequence(undoable("0"), wait("1", { event: "paid" })));
  const waiting = ended(model, held(model), "0");
  const undoing = claimed(after(model, waiting, asks.cancel, at(2)));
  const undone = after(model, undoing, finished(undoing, succeeded), at(3));
  const again = after(model, undone, asks.retry, at(4));
  expect(statuses(again)).toMatchObject({ "0": "scheduled", "1": "undone" });
  const early = claimed(after(model, again, told("paid"), at(5)));
  expect(statuses(early)).toMatchObject({ "0": "scheduled", "1": "completed" });
  expect(after(model, early, finished(early, succeeded), at(6)).status).toBe("completed");
});

test("an event that comes before its wait is kept for it", () => {
  const model = workflow(sequence(task("0"), wait("1", { event: "paid" }), task("2")));
  const early = after(model, held(model), told("paid"), at(1));
  expect(statuses(early)).toEqual({ "0": "scheduled", "1": "completed" });
  expect(statuses(ended(model, early, "0"))).toMatchObject({ "2": "scheduled" });
});

test("an event that nothing waits for is told so", () => {
  expect(ignoredFor(approval, held(approval), told("paid"), at(1))).toBe("not_awaited");
  const model = workflow(sequence(task("0"), fanOut("1", "list", wait("1/0", { event: "paid" }))));
  expect(ignoredFor(model, held(model, { list: [1] }), told("paid"), at(1))).toBe("not_awaited");
});

test("while the job is paused its wait may end, and what follows begins when it is resumed", () => {
  const paused = after(approval, held(approval), asks.pause, at(1));
  const told1 = after(approval, paused, told("approved"), at(2));
  expect(told1).toMatchObject({ status: "paused", readyAt: never });
  expect(after(approval, told1, asks.resume, at(3)).readyAt).toBe(begin + 2);
});

test("a job that waits in one branch and works in another is due for the other", () => {
  const model = workflow(parallel([wait("0", { event: "paid" }), task("1")]));
  expect(held(model).readyAt).toBe(begin);
  expect(ended(model, held(model), "1").readyAt).toBe(never);
});

test("an event that is told again is known also after it let the job end; another one comes too late", () => {
  const model = workflow(wait("0", { event: "paid" }));
  const job = after(model, held(model), told("paid"), at(1));
  expect(job.status).toBe("completed");
  expect(ignoredFor(model, job, told("paid"), at(2))).toBe("applied_before");
  expect(ignoredFor(model, job, told("paid", { id: "another" }), at(2))).toBe("not_allowed_in_state");
});
