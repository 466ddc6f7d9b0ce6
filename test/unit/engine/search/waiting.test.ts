import { expect, test } from "vitest";
import type { Job } from "../../../../src/model/job/job.ts";
import { waitingNow } from "../../../../src/model/search/waiting.ts";
import type { Node } from "../../../../src/model/workflow.ts";
import { effect } from "../../../support/jobs.ts";
import { external, parallel, sequence, subWorkflow, task, wait, workflow } from "../../../support/sample-workflow.ts";
import {
  after,
  asks,
  at,
  begin,
  blankJob,
  expired,
  failedRetryable,
  finished,
  heldJob,
  startedJob,
  succeeded,
} from "../situation.ts";

/** At that moment after the beginning, if nobody holds it. */
function now({ lease: _lease, ...job }: Job, afterMs: number): string | undefined {
  return waitingNow(job, begin + afterMs);
}

test.each<[waiting: string, root: Node]>([
  ["worker", task("0")],
  ["time", wait("0", { durationMs: 60_000 })],
  ["event", wait("0", { event: "approved" })],
  ["event", wait("0", { event: "approved", timeoutMs: 60_000 })],
  ["job", subWorkflow("0", "sub")],
  ["external", external("0", "mail")],
  ["worker", parallel([wait("0", { durationMs: 60_000 }), external("1", "mail"), task("2")])],
  ["time", parallel([external("0", "mail"), wait("1", { durationMs: 60_000 }), wait("2", { event: "e" })])],
  ["external", parallel([wait("0", { event: "e" }), subWorkflow("1", "sub"), external("2", "mail")])],
  ["event", parallel([subWorkflow("0", "sub"), wait("1", { event: "e" })])],
])("what is due first is what a job waits for: %s", (waiting, root) => {
  const job = startedJob(workflow(root));
  expect(job.waiting).toBe(waiting);
  expect(now(job, 1)).toBe(waiting);
});

test("a start that asked for later waits for that, and then for a worker, who then has it", () => {
  const model = workflow(task("0"));
  const job = after(model, blankJob(model), { kind: "start", dueAt: begin + 60_000 }, at(0));
  expect(now(job, 59_999)).toBe("start");
  expect(now(job, 60_000)).toBe("worker");
  expect(waitingNow({ ...job, lease: {} }, begin)).toBeUndefined();
});

test("after a failed attempt it waits for the next, whether a task is retried or the job", () => {
  const own = workflow(task("0", { retry: { kind: "fixed", retries: 1, delayMs: 60_000 } }));
  const whole = workflow(task("0"), { retry: { kind: "fixed", retries: 1, delayMs: 60_000 } });
  for (const model of [own, whole]) {
    const held = heldJob(model);
    const job = after(model, held, finished(held, failedRetryable), at(5));
    expect(now(job, 60_004)).toBe("retry");
    expect(now(job, 60_005)).toBe("worker");
  }
});

test("a paused job waits for people, and goes on waiting for what it waited for", () => {
  const model = workflow(sequence(wait("0", { durationMs: 60_000 }), task("1")));
  const paused = after(model, startedJob(model), asks.pause, at(5));
  expect(now(paused, 99_999)).toBe("paused");
  expect(now(after(model, paused, asks.resume, at(6)), 7)).toBe("time");
});

test("a job that is put off because workers were lost with it says so, whatever is told of it meanwhile", () => {
  const model = workflow(parallel([task("0"), wait("1", { event: "e" })]));
  const later = { ...expired(heldJob(model)), readyAt: begin + 60_000, effects: [effect(1)] };
  const told = after(model, later, { kind: "effects_delivered", ids: [1], refused: [] }, at(5));
  expect(now(told, 6)).toBe("worker_lost");
});

test("a job that has ended waits for nothing", () => {
  const model = workflow(task("0"));
  const held = heldJob(model);
  const ended = after(model, held, finished(held, succeeded), at(5));
  expect(ended.waiting).toBeUndefined();
  expect(now(ended, 6)).toBeUndefined();
});
