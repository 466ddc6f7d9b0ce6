import { expect, test } from "vitest";
import { explain } from "../../../../src/jobs/explain/explain.ts";
import type { Outcome } from "../../../../src/model/job/task-execution.ts";
import { sequence, task, workflow } from "../../../support/sample-workflow.ts";
import { asks, begin, expired, failure, interrupted, started } from "../../engine/situation.ts";
import { ToldJob } from "./told-job.ts";

const retried = { type: "http", retry: { kind: "fixed", retries: 3, delayMs: 500 } } as const;
const model = workflow(sequence(task("0", retried), task("1", retried)));
const request = { method: "POST", uri: "http://pay/charge" };
const paid: Outcome = { kind: "succeeded", result: { request, response: { statusCode: 200, body: "paid" } } };
const refused: Outcome = {
  kind: "failed",
  error: { code: "http_status", message: "the service answered 503" },
  result: { request, response: { statusCode: 503, body: "later" } },
  retryable: true,
};
const unreachable = failure({ retryable: true }) as Extract<Outcome, { kind: "failed" }>;
const notConnected: Outcome = { ...unreachable, error: { code: "connect_failed", message: "nobody listens" } };

test("a first attempt that succeeded is told with what it asked, what it got, who made it and when", () => {
  expect(new ToldJob(model).claimedBy("w1").ends(paid, 30).attempts()).toEqual([
    {
      attempt: 1,
      outcome: "succeeded",
      why: "first attempt",
      startedAt: begin + 25,
      endedAt: begin + 30,
      durationMs: 7.5,
      worker: "w1",
      request: "POST http://pay/charge",
      answer: "200 paid",
    },
  ]);
});

test("a retry says the how manieth it is, by which policy and for which failure, and that the call was made before", () => {
  const told = new ToldJob(model).claimedBy("w1").ends(refused, 30).ends(paid, 600);
  expect(told.attempts()).toMatchObject([
    { attempt: 1, outcome: "failed", answer: "503 later", error: { code: "http_status" } },
    {
      attempt: 2,
      outcome: "succeeded",
      calledAgain: true,
      why: "retry 1 of 3 after 500 ms (fixed delay of 500 ms), because attempt 1 failed: the service answered 503 (http_status)",
    },
  ]);
  expect(told.attempts()[0]).not.toHaveProperty("calledAgain");
});

test("after an attempt that reached nobody the call is not made twice", () => {
  const [, second] = new ToldJob(model).claimedBy("w1").ends(notConnected, 30).ends(paid, 600).attempts();
  expect(second).not.toHaveProperty("calledAgain");
});

test("a call that is made again because its worker was lost names that worker and when it was noticed", () => {
  const told = new ToldJob(model).claimedBy("w1").loses(4000, "w2").ends(paid, 5000, "w2");
  expect(told.attempts(6000)).toMatchObject([
    { attempt: 1, outcome: "lost", worker: "w1", endedAt: begin + 4000, why: "first attempt" },
    {
      attempt: 1,
      outcome: "succeeded",
      worker: "w2",
      calledAgain: true,
      why: `worker w1 was lost, which was noticed at ${new Date(begin + 4000).toISOString()}, while it may have been calling: nobody knows whether that call arrived`,
    },
  ]);
  // What came after the loss was not touched by it.
  const second = told.ends(paid, 6000, "w2").explained(7000).tasks[1];
  expect(second?.attempts).toMatchObject([{ why: "first attempt" }]);
  expect(second?.attempts[0]).not.toHaveProperty("calledAgain");
});

test("an attempt of a task that may run at most once ends with its worker", () => {
  const once = workflow(task("0", { ...retried, whenLost: "fail" }));
  const told = new ToldJob(once).claimedBy("w1");
  told.does(started(told.job), 3).loses(4000, "w2");
  expect(told.attempts()).toMatchObject([
    { outcome: "lost", startedAt: begin + 3, worker: "w1", error: { code: "worker_lost" } },
  ]);
  expect(told.explained(5000).advice[0]).toMatch(/^Find out first whether the call of "task 0" arrived/);
});

test("an attempt that its worker broke off is made again, and may have arrived", () => {
  const told = new ToldJob(model).claimedBy("w1").ends(interrupted, 30).claimedBy("w2").ends(paid, 90, "w2");
  expect(told.attempts()).toMatchObject([
    { attempt: 1, outcome: "interrupted", worker: "w1" },
    { attempt: 1, outcome: "succeeded", calledAgain: true, why: expect.stringMatching(/^worker w1 was stopped at /) },
  ]);
});

test("people who ask for a retry or a restart are named, with their reason", () => {
  const forGood: Outcome = { ...refused, retryable: false };
  const told = new ToldJob(model).claimedBy("w1").ends(forGood, 30);
  told.does({ kind: "retry", by: "eve", reason: "it is up again", newKey: true }, 60).claimedBy("w1").ends(paid, 90);
  const asked = new Date(begin + 60).toISOString();
  expect(told.attempts()).toMatchObject([
    { attempt: 1, outcome: "failed" },
    {
      attempt: 1,
      outcome: "succeeded",
      calledAgain: true,
      why: `eve (it is up again) asked for a retry at ${asked}, under another Idempotency-Key`,
    },
  ]);
  told.ends(paid, 100).does({ kind: "restart", by: "ada" }, 200).claimedBy("w1").ends(paid, 230);
  const again = new Date(begin + 200).toISOString();
  expect(told.attempts()).toMatchObject([
    { outcome: "succeeded", why: `first attempt of run 2: ada asked for a restart at ${again}` },
  ]);
});

test("a retry of the whole job by its definition says so", () => {
  const whole = workflow(task("0", { type: "http" }), { retry: { kind: "fixed", retries: 2, delayMs: 60_000 } });
  const told = new ToldJob(whole).claimedBy("w1").ends({ ...refused, retryable: false }, 30);
  expect(told.attempts()).toMatchObject([
    { outcome: "failed" },
    {
      outcome: "waiting",
      dueAt: begin + 60_030,
      why: expect.stringMatching(/^retry 1 of 2 of the whole job after 1 min \(its workflow's retries\), because/),
    },
  ]);
  expect(told.explained(1000).waiting?.text).toMatch(
    /^"task 0" failed: the service answered 503 \(http_status\)\. It is tried again after a failure of the whole job, attempt 2/,
  );
});

test("what is open now is waiting, due or with a worker", () => {
  expect(new ToldJob(model).attempts(5)).toMatchObject([{ outcome: "due", why: "first attempt" }]);
  expect(new ToldJob(model).claimedBy("w1").attempts(5)).toMatchObject([{ outcome: "due", worker: "w1" }]);
  expect(new ToldJob(model).claimedBy("w1").ends(refused, 30).attempts(40)).toMatchObject([
    { outcome: "failed" },
    { attempt: 2, outcome: "waiting", dueAt: begin + 530 },
  ]);
});

test("an attempt that nobody has begun has no error and repeats no call; one that a worker may be making may repeat it", () => {
  const told = new ToldJob(model).claimedBy("w1").ends(refused, 30);
  const open = (afterMs: number) => told.attempts(afterMs)[1];
  for (const member of ["error", "calledAgain"]) expect(open(40)).not.toHaveProperty(member);
  expect(open(600)).toMatchObject({ outcome: "due", worker: "w1", calledAgain: true });
  const { lease: _lease, ...given } = told.job;
  told.job = given;
  expect(open(600)).toMatchObject({ outcome: "due" });
  for (const member of ["error", "calledAgain"]) expect(open(600)).not.toHaveProperty(member);
});

test("a lost worker is told at once, before another one has taken the job, and the next attempt is due since then", () => {
  const told = new ToldJob(model).claimedBy("w1");
  const lostBy = { worker: "w1", at: begin + 4000, lost: 1 };
  told.job = { ...expired(told.job), lostBy };
  const noticed = new Date(begin + 4000).toISOString();
  const before = told.explained(5000, { workers: [], held: 0, waiting: 1 });
  expect(before.summary).toMatch(
    `Worker w1 was lost, which was noticed at ${noticed}, while it may have been calling "task 0": nobody knows whether that arrived. It has been due for`,
  );
  expect(before.tasks[0]?.attempts).toMatchObject([
    { attempt: 1, outcome: "lost", worker: "w1", endedAt: begin + 4000, why: "first attempt" },
    {
      ...{ attempt: 1, outcome: "due", dueAt: begin + 4000 },
      why: expect.stringContaining(`worker w1 was lost, which was noticed at ${noticed}`),
    },
  ]);
  // The next worker has it, and tells the loss a moment later: then it is told once.
  told.claimedBy("w2");
  const taken = told.explained(5000);
  expect(taken.summary).toContain('. It is at "task 0", with worker w2.');
  told.does({ kind: "lost", fence: told.job.fence, lost: 1 }, 5000);
  const after = told.explained(5001);
  expect(after.tasks[0]?.attempts).toEqual(taken.tasks[0]?.attempts);
  expect(after.summary).toMatch(/^It is at "task 0", with worker w2\./);
  // A worker that was lost after the last result is another one.
  told.ends(paid, 6000, "w2");
  expect(told.explained(6001).summary).not.toContain("lost");
});

test.each([
  ["fail", [{ outcome: "lost", startedAt: begin + 3 }]],
  ["retry", [{ outcome: "lost", startedAt: begin + 3 }, { outcome: "due" }]],
] as const)(
  "one that was noted as begun runs no more when its worker is lost; with whenLost %s that is told so",
  (whenLost, attempts) => {
    const told = new ToldJob(workflow(task("0", { ...retried, whenLost }))).claimedBy("w1");
    told.does(started(told.job), 3);
    told.job = { ...expired(told.job), lostBy: { worker: "w1", at: begin + 4000, lost: 1 } };
    expect(told.attempts(5000)).toMatchObject(attempts);
  },
);

test("of a call that hangs it is told with whom it is, whom it calls as the definition says, since when, and what ends it", () => {
  const $text = ["http://pay/", { from: "input", name: "id", encode: [] }, "?key=4711"];
  const spec = { method: "POST", origin: { $text: [] }, target: { $text }, headers: [] };
  const calling = (more: object) => new ToldJob(workflow(task("0", { ...retried, spec, ...more }))).claimedBy("w1");
  const time = (afterMs: number) => new Date(begin + afterMs).toISOString();
  const due = `It is at "task 0", with worker w1. "task 0" (POST http://pay/\${workflow.input.id}) may be under way since ${time(0)}, when it was due: nothing is written when a call begins; `;
  expect(calling({}).explained(1000).summary).toBe(
    `${due}after 30 s its time-out (readTimeOut) ends it, at ${time(30_000)} (in 29 s) at the earliest.`,
  );
  // It began later than it was due.
  expect(calling({}).explained(31_000).summary).toBe(`${due}after 30 s its time-out (readTimeOut) ends it.`);
  expect(calling({ timeoutMs: 2000 }).explained(1000).summary).toContain("after 2 s its time-out (timeout) ends it");
  const noted = calling({ whenLost: "fail", spec: { ...spec, responseTimeoutMs: 5000 } });
  noted.does(started(noted.job), 3);
  expect(noted.explained(1000).summary).toContain(
    `is under way since ${time(3)}; after 5 s its time-out (readTimeOut) ends it, at ${time(5003)}`,
  );
});

test("a result that came after the cancel is told, and that it was late", () => {
  const told = new ToldJob(model).claimedBy("w1");
  const { job } = told;
  told.does(asks.cancel, 20);
  told.does(
    {
      kind: "attempt_finished",
      ...{ fence: job.fence, path: "0", iteration: 0, attempt: 1, worker: "w1", startedAt: begin, durationMs: 40 },
      outcome: paid,
    },
    60,
  );
  expect(told.attempts()).toMatchObject([
    { outcome: "late", answer: "200 paid", why: "first attempt; the task was cancelled before it ended" },
  ]);
});

test("where the history cannot tell what a lost worker was doing, the explanation says that", () => {
  const told = new ToldJob(model).claimedBy("w1").loses(4000, "w2").ends(paid, 5000, "w2");
  const history = told.history.map(({ open: _open, lostAt: _lostAt, worker, ...entry }) =>
    entry.type === "worker_lost" ? entry : { ...entry, ...(worker !== undefined && { worker }) },
  );
  const { tasks } = explain({ job: told.job, model, history, nowMs: begin + 6000 });
  expect(tasks[0]?.attempts).toMatchObject([
    { outcome: "succeeded", calledAgain: true, why: expect.stringContaining("the history cannot tell whether") },
  ]);
});
