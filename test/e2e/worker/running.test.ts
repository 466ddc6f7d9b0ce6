import { expect, test } from "vitest";
import type { Outcome } from "../../../src/model/job/task-execution.ts";
import { TestClock } from "../../support/clocks/test-clock.ts";
import { embedded } from "../../support/embedded.ts";
import { eventually } from "../../support/eventually.ts";
import { sequence, task, workflow } from "../../support/sample-workflow.ts";
import { Attempts, failure, success } from "../../support/worker/attempts.ts";
import { allEnded, ended, historyTypes, start, startWorker, until } from "../../support/worker/site.ts";

const three = workflow(sequence(task("0"), sequence(task("1"), task("2"))));

test("a job runs task after task; each sees the results of those before", async () => {
  const deps = await embedded([three]);
  const attempts = new Attempts(({ node }) => ({ kind: "succeeded", result: { response: `of ${node.path}` } }));
  await startWorker(deps, attempts.run);
  const id = await start(deps, "sample", { name: "Ada" });
  const job = await ended(deps, id);
  expect(job).toMatchObject({ status: "completed" });
  expect(job).not.toHaveProperty("lease");
  expect(attempts.begun.map(({ node }) => node.path)).toEqual(["0", "1", "2"]);
  const last = attempts.begun[2]?.job;
  expect(last).toMatchObject({ id, input: { name: "Ada" } });
  expect(last?.tasks.map(({ result }) => result?.response)).toEqual(["of 0", "of 1", undefined]);
});

test("jobs that were there before the worker are taken, too", async () => {
  const deps = await embedded([three]);
  const ids = [await start(deps), await start(deps)];
  await startWorker(deps, new Attempts(() => success).run, { pollMs: 60_000 });
  for (const job of await allEnded(deps, ids)) expect(job.status).toBe("completed");
});

test("no more attempts run at once than there are slots, and all slots are used", async () => {
  const deps = await embedded([three]);
  const ids = await Promise.all(Array.from({ length: 12 }, () => start(deps)));
  const attempts = new Attempts();
  let most = 0;
  await startWorker(deps, attempts.run, { concurrency: 3, pollMs: 60_000 });
  await eventually("all jobs are over", () => {
    most = Math.max(most, attempts.open.length);
    if (attempts.begun.length < 36) expect(attempts.open.length).toBeLessThanOrEqual(3);
    if (attempts.open.length === 3 || attempts.begun.length >= 34)
      for (const open of attempts.open) open.settle(success);
    return attempts.begun.length === 36 && attempts.open.length === 0;
  });
  expect(most).toBe(3);
  await allEnded(deps, ids);
});

test("two workers share the jobs, and no attempt is made by both", async () => {
  const deps = await embedded([three]);
  const other = await embedded([three], { place: deps.place });
  const [one, two] = [new Attempts(), new Attempts()];
  await startWorker(deps, one.run, { concurrency: 2 });
  await startWorker(other, two.run, { concurrency: 2 });
  const ids = await Promise.all(Array.from({ length: 60 }, () => start(deps)));
  await eventually("both are full", () => one.open.length === 2 && two.open.length === 2);
  for (const attempts of [one, two]) attempts.answer(() => success);
  await allEnded(deps, ids);
  const calls = [...one.begun, ...two.begun].map(({ job, node }) => `${job.id} ${node.path}`);
  expect(new Set(calls).size).toBe(180);
  expect(calls).toHaveLength(180);
});

test("a failed attempt is repeated by its policy, under the next number", async () => {
  const model = workflow(task("0", { retry: { kind: "fixed", retries: 2, delayMs: 20 } }));
  const deps = await embedded([model]);
  const attempts = new Attempts(({ execution }) => (execution.attempt < 3 ? failure() : success));
  await startWorker(deps, attempts.run);
  const id = await start(deps);
  expect(await ended(deps, id)).toMatchObject({ status: "completed", tasks: [{ attempt: 3 }] });
  expect(attempts.begun.map(({ execution }) => execution.attempt)).toEqual([1, 2, 3]);
  expect(await historyTypes(deps, id)).toEqual([
    "job_started",
    "attempt_failed",
    "attempt_failed",
    "task_completed",
    "job_completed",
  ]);
});

test("a task that may run at most once is noted in the store before it is called", async () => {
  const deps = await embedded([workflow(task("0", { whenLost: "fail" }))]);
  const attempts = new Attempts();
  await startWorker(deps, attempts.run);
  const id = await start(deps);
  const attempt = await attempts.next();
  expect(await deps.store.jobs.get(id)).toMatchObject({ tasks: [{ status: "started", attempt: 1 }] });
  attempt.settle(success);
  await ended(deps, id);
  expect(await historyTypes(deps, id)).toEqual(["job_started", "attempt_started", "task_completed", "job_completed"]);
});

test("a bug in what runs an attempt fails the job and nothing else", async () => {
  const deps = await embedded([three]);
  const run = (): Promise<Outcome> => Promise.reject(new TypeError("x is not a function"));
  const { log } = await startWorker(deps, run, { concurrency: 1, errorsExpected: true });
  const jobs = await allEnded(deps, [await start(deps), await start(deps)]);
  for (const job of jobs) expect(job).toMatchObject({ status: "failed", error: { code: "internal" } });
  expect(log.messages("error")).toEqual(["unexpected error in an attempt", "unexpected error in an attempt"]);
});

test("a job whose definition is nowhere fails with the reason, and the worker goes on", async () => {
  const deps = await embedded([three]);
  const job = await orphan();
  const attempts = new Attempts(() => success);
  const { log } = await startWorker(deps, attempts.run, { concurrency: 1, errorsExpected: true });
  expect(await ended(deps, job)).toMatchObject({
    status: "failed",
    error: { code: "definition_missing", message: expect.stringContaining("lacks workflow lost version 1") as string },
  });
  expect(await ended(deps, await start(deps))).toMatchObject({ status: "completed" });
  expect(log.messages("error")).toEqual(["a workflow cannot be read"]);

  /** Started by a process whose store was another one. */
  async function orphan(): Promise<string> {
    const elsewhere = await embedded([workflow(task("0"), { name: "lost" })]);
    return start({ ...elsewhere, store: deps.store }, "lost");
  }
});

test("a job over its time-out is ended by its worker, and its attempt is aborted", async () => {
  const clock = new TestClock();
  clock.stop();
  const deps = await embedded([workflow(task("0"), { timeoutMs: 100 })], { clockOffsetMs: clock.offsetMs });
  const attempts = new Attempts();
  attempts.ignoreAborts();
  await startWorker(deps, attempts.run);
  const id = await start(deps);
  await attempts.next();
  clock.pass(100);
  expect(await ended(deps, id)).toMatchObject({ status: "timed_out" });
  await eventually("the attempt is aborted", () => attempts.aborted.length === 1);
  attempts.answer(() => success);
  await until(deps, id, (job) => job.tasks[0]?.lateAt !== undefined);
  expect((await historyTypes(deps, id)).slice(-2)).toEqual(["job_timed_out", "late_result"]);
});
