import { expect, test } from "vitest";
import type { Event } from "../../../../src/model/decision/event.ts";
import type { Moment } from "../../../../src/model/decision/moment.ts";
import { type Job, never } from "../../../../src/model/job/job.ts";
import type { Workflow } from "../../../../src/model/workflow.ts";
import { external, parallel, sequence, task, valueOf, workflow } from "../../../support/sample-workflow.ts";
import { after, asks, at, begin, blankJob, changeBy, claimed, ignoredFor, startedJob } from "../situation.ts";

const retry = { kind: "fixed", retries: 1, delayMs: 5000 } as const;
const model = workflow(sequence(external("e", "mail", { retry }), task("t")));
const about = { path: "e", iteration: 0 } as const;
const polled = (token: string, leaseMs = 1000): Event => ({
  kind: "external_polled",
  ...about,
  token,
  worker: "w",
  leaseMs,
});
const beat = (token: string, leaseMs = 1000): Event => ({ kind: "external_heartbeat", ...about, token, leaseMs });
const completed = (token: string, output = "done"): Event => ({ kind: "external_completed", ...about, token, output });
const error = { code: "no_paper", message: "There is no paper" };
const failed = (token: string, more = {}): Event => ({
  kind: "external_failed",
  ...about,
  token,
  error,
  retryable: true,
  ...more,
});

const offered = startedJob(model);
const taken = after(model, offered, polled("one"), at(10));

function last(workflowOf: Workflow, job: Job, ...steps: readonly [Event, Moment][]): Job {
  return steps.reduce((sofar, [event, moment]) => after(workflowOf, sofar, event, moment), job);
}

test("work for a queue is offered with the step that comes to it, and no worker is held meanwhile", () => {
  expect(changeBy(model, blankJob(model), { kind: "start" }, at(0))).toMatchObject({
    offers: [{ queue: "mail", at: begin }],
    readyAt: never,
    tasks: [{ status: "awaiting", type: "external", external: { queue: "mail", availableAt: begin } }],
  });
});

test("who takes it has it until the lease ends, and nobody else meanwhile; the history says who", () => {
  const change = changeBy(model, offered, polled("one"), at(10));
  expect(change).toMatchObject({
    status: "running",
    offers: [{ queue: "mail", at: begin + 1010 }],
    readyAt: begin + 1010,
    tasks: [{ external: { lease: { token: "one", worker: "w", until: begin + 1010 } } }],
    history: [{ type: "attempt_started", path: "e", attempt: 1, by: "w" }],
  });
  expect(ignoredFor(model, taken, polled("two"), at(1009))).toBe("not_offered");
  expect(ignoredFor(model, taken, polled("one"), at(11))).toBe("applied_before");
});

test("a heartbeat lengthens the lease of whoever has it", () => {
  const change = changeBy(model, taken, beat("one"), at(900));
  expect(change).toMatchObject({ readyAt: begin + 1900, offers: [{ queue: "mail", at: begin + 1900 }], history: [] });
  expect(ignoredFor(model, taken, beat("two"), at(900))).toBe("lease_lost");
});

test("its output is the result, once, and what follows goes on; repeated, it changes nothing", () => {
  const change = changeBy(model, taken, completed("one"), at(20));
  expect(change).toMatchObject({
    offers: [],
    tasks: [
      { status: "completed", result: { request: { queue: "mail", worker: "w" }, response: { json: "done" } } },
      { path: "t" },
    ],
    history: [{ type: "task_completed", by: "w" }],
  });
  const done = after(model, taken, completed("one"), at(20));
  expect(done.bytes).toBeGreaterThan(taken.bytes);
  expect(ignoredFor(model, done, completed("one"), at(21))).toBe("applied_before");
  expect(ignoredFor(model, done, completed("two"), at(21))).toBe("lease_lost");
});

test("an output that does not fit is refused, and the work stays with its worker", () => {
  const bounds = at(20, { limits: { maxResultBytes: 10 } });
  expect(ignoredFor(model, taken, completed("one", "x".repeat(5000)), bounds)).toBe("too_large");
});

test("what failed is offered again after its delay, as the next attempt, as often as the definition says", () => {
  const again = after(model, taken, failed("one"), at(20));
  expect(again).toMatchObject({ readyAt: never, tasks: [{ status: "awaiting", attempt: 2, error }] });
  expect(changeBy(model, taken, failed("one"), at(20))).toMatchObject({
    offers: [{ queue: "mail", at: begin + 5020 }],
    history: [{ type: "attempt_failed", attempt: 1, error, dueAt: begin + 5020, by: "w" }],
  });
  expect(ignoredFor(model, again, polled("two"), at(5019))).toBe("not_offered");
  expect(ignoredFor(model, again, failed("one"), at(30))).toBe("applied_before");
  expect(ignoredFor(model, again, completed("one"), at(30))).toBe("lease_lost");
  const end = last(model, again, [polled("two"), at(5020)], [failed("two"), at(5030)]);
  expect(end).toMatchObject({ status: "failed", error, tasks: [{ status: "failed", attempt: 2 }] });
  expect(after(model, taken, failed("one", { retryable: false }), at(20)).status).toBe("failed");
});

test.each([
  ["its time comes", { kind: "timer_due" } as const],
  ["somebody else asks for it", polled("two")],
])("silence until the lease ends is a failed attempt, noticed when %s", (_when, event) => {
  const lost = after(model, taken, event, at(1010));
  expect(lost).toMatchObject({
    readyAt: never,
    tasks: [{ status: "awaiting", attempt: 2, error: { code: "worker_lost" } }],
  });
  expect(lost.tasks[0]?.external).toEqual({ queue: "mail", availableAt: begin + 6010 });
  expect(ignoredFor(model, last(model, lost, [polled("two"), at(6010)]), completed("one"), at(6011))).toBe(
    "lease_lost",
  );
});

test("work that may be done at most once fails with its worker", () => {
  const once = workflow(external("e", "mail", { retry, whenLost: "fail" }));
  const lost = last(once, startedJob(once), [polled("one"), at(10)], [{ kind: "timer_due" }, at(1010)]);
  expect(lost).toMatchObject({ status: "failed", error: { code: "worker_lost" } });
});

test("a worker that is late counts as long as nobody has noticed", () => {
  expect(after(model, taken, completed("one"), at(9000)).tasks[0]).toMatchObject({ status: "completed" });
});

test("the time over all attempts ends it, whoever has it, and also if nobody does", () => {
  const timed = workflow(external("e", "mail", { retry, totalTimeoutMs: 3000 }));
  const job = startedJob(timed);
  expect(job.readyAt).toBe(begin + 3000);
  const held = after(timed, job, polled("one", 60_000), at(10));
  expect(held.readyAt).toBe(begin + 3000);
  for (const open of [job, held])
    expect(after(timed, open, { kind: "timer_due" }, at(3000))).toMatchObject({
      status: "failed",
      tasks: [{ error: { code: "task_timeout" } }],
    });
  expect(after(timed, held, failed("one"), at(20)), "the next attempt would come too late").toMatchObject({
    status: "failed",
  });
});

test("of a paused job nothing is taken, and what was taken counts; after the resume it is offered again", () => {
  expect(changeBy(model, offered, asks.pause, at(5))).toMatchObject({ offers: [] });
  const paused = after(model, offered, asks.pause, at(5));
  expect(ignoredFor(model, paused, polled("one"), at(6))).toBe("not_allowed_in_state");
  const resumed = changeBy(model, paused, asks.resume, at(7));
  expect(resumed.offers).toEqual([{ queue: "mail", at: begin }]);
  const heldAndPaused = after(model, taken, asks.pause, at(11));
  expect(after(model, heldAndPaused, completed("one"), at(12))).toMatchObject({
    status: "paused",
    tasks: [{ status: "completed" }, {}],
  });
});

test("the end of the job takes back what it offers, and a retry offers it anew", () => {
  expect(changeBy(model, taken, asks.cancel, at(20))).toMatchObject({ offers: [], tasks: [{ status: "cancelled" }] });
  const ended = after(model, taken, asks.cancel, at(20));
  expect(ignoredFor(model, ended, completed("one"), at(21))).toBe("not_allowed_in_state");
  const again = changeBy(model, ended, asks.retry, at(30));
  expect(again).toMatchObject({
    offers: [{ queue: "mail", at: begin + 30 }],
    tasks: [{ status: "awaiting", attempt: 1 }],
  });
});

test("a job offers in each queue the earliest of its work", () => {
  const many = workflow(parallel([external("a", "mail"), external("b", "mail"), external("c", "print"), task("t")]));
  const job = claimed(startedJob(many));
  const first = after(many, job, { ...polled("one"), path: "a" } as Event, at(10));
  const change = changeBy(many, first, { ...polled("two"), path: "b" } as Event, at(20));
  expect(change.offers).toEqual([
    { queue: "mail", at: begin + 1010 },
    { queue: "print", at: begin },
  ]);
  const ended = changeBy(
    many,
    first,
    { kind: "external_completed", path: "a", iteration: 0, token: "one", output: 1 },
    at(30),
  );
  expect(ended, "as it was").not.toHaveProperty("offers");
});

test("what cannot be told to a worker is not offered", () => {
  const input = valueOf("result", "t", ["x"]);
  const cut = workflow(sequence(task("t", { name: "t" }), external("e", "mail", { input })));
  const held = claimed(startedJob(cut));
  const result = { response: { body: "{", truncated: true } };
  const event: Event = {
    kind: "attempt_finished",
    fence: 1,
    path: "t",
    iteration: 0,
    attempt: 1,
    worker: "w1",
    startedAt: begin,
    durationMs: 1,
    outcome: { kind: "succeeded", result },
  };
  const change = changeBy(cut, held, event, at(5));
  expect(change).toMatchObject({ status: "failed", tasks: [{ status: "completed" }, { path: "e", status: "failed" }] });
  expect(change).not.toHaveProperty("offers");
});

test("of a job that begins later nothing is offered before, and a retry with a new key keeps count of it", () => {
  const later = changeBy(model, blankJob(model), { kind: "start", dueAt: begin + 60_000 }, at(0));
  expect(later).toMatchObject({ status: "pending", offers: [{ queue: "mail", at: begin + 60_000 }] });
  const ended = after(model, taken, asks.cancel, at(20));
  const again = after(model, ended, { kind: "retry", by: "ada", newKey: true }, at(30));
  expect(again.tasks).toMatchObject([{ status: "awaiting", keys: 1 }]);
});
