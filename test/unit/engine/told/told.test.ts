import { expect, test } from "vitest";
import type { Outcome } from "../../../../src/model/job/task-execution.ts";
import { maxTold, maxToldBytes } from "../../../../src/model/told/told-of.ts";
import { sequence, task, undoable, workflow } from "../../../support/sample-workflow.ts";
import {
  after,
  asks,
  at,
  begin,
  blankJob,
  changeBy,
  claimed,
  expired,
  failedForGood,
  failure,
  finished,
  heldJob,
  interrupted,
  succeeded,
} from "../situation.ts";

const retried = { type: "http", retry: { kind: "fixed", retries: 3, delayMs: 500 } } as const;
const model = workflow(sequence(task("0", retried), task("1", retried)), { secretParameters: ["pin"] });
const secrets = { names: ["*token*"], values: ["environment-value"] };
const moment = { ...at(5), secrets };
const input = { pin: "4711-0815", apiToken: "abcdef", note: "open" };

const request = { method: "POST", uri: "http://pay/charge", body: "", headers: [] };

function answered(body: string): Outcome {
  return { ...failure({ retryable: true }), result: { request, response: { statusCode: 500, body } } } as Outcome;
}

test("an attempt that is followed by another is told with what it asked and how that was answered", () => {
  const job = heldJob(model, { input });
  const change = changeBy(model, job, finished(job, answered("no room")), moment);
  expect(change.history).toMatchObject([
    { type: "attempt_failed", attempt: 1, request: "POST http://pay/charge", answer: "500 no room" },
  ]);
});

test("a task that failed, an attempt that was broken off and a late result are told the same", () => {
  const job = heldJob(model, { input });
  const forGood = { ...answered("never"), retryable: false } as Outcome;
  expect(changeBy(model, job, finished(job, forGood), moment).history).toMatchObject([
    { type: "task_failed", answer: "500 never" },
    { type: "job_failed" },
  ]);
  const stopped: Outcome = { kind: "interrupted", result: { request } };
  expect(changeBy(model, job, finished(job, stopped), moment).history).toMatchObject([
    { type: "attempt_interrupted", request: "POST http://pay/charge" },
  ]);
  const cancelled = after(model, job, asks.cancel, moment);
  const late: Outcome = { kind: "succeeded", result: { request, response: { statusCode: 201, body: "paid" } } };
  expect(changeBy(model, cancelled, finished(job, late), moment).history).toMatchObject([
    { type: "late_result", request: "POST http://pay/charge", answer: "201 paid" },
  ]);
});

test("secrets are hidden before a long answer is cut, also where the cut goes through one", () => {
  const job = heldJob(model, { input });
  const filler = "x".repeat(maxToldBytes - 8);
  const body = `${filler}4711-0815 abcdef environment-value open`;
  const [entry] = changeBy(model, job, finished(job, answered(body)), moment).history;
  expect(entry?.answer).toContain(`${filler}***`);
  expect(entry?.answer).not.toContain("4711");
  expect(Buffer.byteLength(entry?.answer ?? "")).toBeLessThan(maxToldBytes + 100);
  const short = changeBy(model, job, finished(job, answered("4711-0815 abcdef environment-value open")), moment);
  expect(short.history).toMatchObject([{ answer: "500 *** *** *** open" }]);
});

test("a history that has as much of it as it may keeps no more, and says so", () => {
  const full = heldJob(model, { input, told: maxTold - 5 });
  const change = changeBy(model, full, finished(full, answered("no room")), moment);
  expect(change.history[0]).toMatchObject({ type: "attempt_failed", untold: true });
  expect(change.history[0]).not.toHaveProperty("answer");
  const job = heldJob(model, { input });
  expect(after(model, job, finished(job, answered("no room")), moment).told).toBe(
    "POST http://pay/charge500 no room".length,
  );
});

test("what completed is told once: by the job as long as it has the result, by the restart that takes it", () => {
  const result = { request, response: { statusCode: 200, body: "paid with 4711-0815" } };
  const job = heldJob(model, { input });
  const paid = changeBy(model, job, finished(job, { kind: "succeeded", result }), moment);
  expect(paid.history).toEqual([expect.not.objectContaining({ answer: expect.anything() })]);
  const half = after(model, job, finished(job, { kind: "succeeded", result }), moment);
  const failed = after(model, half, finished(half, failedForGood), moment);
  const next = workflow(sequence(), { version: 2 });
  const restarted = changeBy(next, failed, { ...asks.restart, ran: model }, moment);
  expect(restarted.history[0]).toMatchObject({
    type: "job_restarted",
    results: [{ path: "0", attempt: 1, request: "POST http://pay/charge", answer: "200 paid with ***" }],
  });
  expect(changeBy(model, failed, asks.retry, moment).history).toEqual([
    { at: begin + 5, type: "job_retried", run: 1, by: "ada" },
  ]);
});

test("a retry after undos tells the results that it takes back, of the undos too", () => {
  const undoing = workflow(sequence(undoable("0"), task("1")));
  let job = heldJob(undoing);
  job = after(undoing, job, finished(job, succeeded), at(1));
  job = after(undoing, job, finished(job, failedForGood), at(2));
  job = after(undoing, job, finished(job, succeeded), at(3));
  expect(job.status).toBe("failed");
  const [entry] = changeBy(undoing, job, asks.retry, at(4)).history;
  expect(entry?.results?.map(({ path }) => path).sort()).toEqual(["0", "undo:0"]);
});

test("of many results a restart keeps as many as half of the room that is left, and names the others", () => {
  const many = workflow(sequence(task("0", { type: "http" }), task("1", { type: "http" })));
  const done = { kind: "succeeded", result: { response: { statusCode: 200, body: "y".repeat(600) } } } as const;
  let job = heldJob(many, { told: maxTold - 2000 });
  job = after(many, job, finished(job, done), at(1));
  job = after(many, job, finished(job, done), at(2));
  const again = after(many, job, asks.restart, at(3));
  expect(changeBy(many, job, asks.restart, at(3)).history[0]?.results).toMatchObject([
    { path: "0", answer: expect.stringContaining("200 y") },
    { path: "1", untold: true },
  ]);
  expect(again.told).toBeLessThan(maxTold - 1000);
});

test("a lost worker is named, with when that was noticed and what it may have been doing", () => {
  const job = heldJob(model, { input });
  const lost = { ...claimed(expired(job), "w2"), lostBy: { worker: "w1", at: begin + 40, lost: 1 } };
  const event = { kind: "lost", fence: lost.fence, lost: 1 } as const;
  expect(changeBy(model, lost, event, at(50)).history).toEqual([
    {
      at: begin + 50,
      type: "worker_lost",
      run: 1,
      fence: 1,
      worker: "w1",
      lostAt: begin + 40,
      open: [{ path: "0", attempt: 1 }],
    },
  ]);
  // A program that names nobody lost it later: what is known of an earlier loss is not told of this one.
  const stale = { ...lost, lostBy: { worker: "w0", at: begin, lost: 3 } };
  expect(changeBy(model, stale, event, at(50)).history[0]).not.toHaveProperty("worker");
});

test("an attempt that waits for its delay is none that a lost worker may have made", () => {
  const job = heldJob(model, { input });
  const waiting = after(model, job, finished(job, answered("later")), at(0));
  const lost = {
    ...claimed(expired({ ...waiting, lease: { worker: "w1", fence: 1 } }), "w2"),
    lostBy: { worker: "w1", at: begin + 40, lost: 1 },
  };
  const event = { kind: "lost", fence: lost.fence, lost: 1 } as const;
  expect(changeBy(model, lost, event, at(900)).history[0]).not.toHaveProperty("open");
});

test("an attempt of which nothing is known is told without", () => {
  const job = heldJob(model, { input });
  const [entry] = changeBy(model, job, finished(job, interrupted), moment).history;
  expect(entry).not.toHaveProperty("request");
  expect(after(model, blankJob(model), { kind: "start" }, moment)).not.toHaveProperty("told");
});
