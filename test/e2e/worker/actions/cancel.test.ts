import { expect, test } from "vitest";
import { cancelJob } from "../../../../src/jobs/actions/cancel.ts";
import { TestClock } from "../../../support/clocks/test-clock.ts";
import { embedded } from "../../../support/embedded.ts";
import { eventually } from "../../../support/eventually.ts";
import { sequence, task, workflow } from "../../../support/sample-workflow.ts";
import { Attempts, failure, success } from "../../../support/worker/attempts.ts";
import { ended, historyTypes, start, startWorker, until } from "../../../support/worker/site.ts";

const model = workflow(sequence(task("0"), task("1")));

test("a cancel aborts the running attempt, frees its slot, and runs nothing more of the job", async () => {
  const deps = await embedded([model]);
  const attempts = new Attempts();
  await startWorker(deps, attempts.run, { concurrency: 1 });
  const id = await start(deps);
  const { signal } = await attempts.next();
  await cancelJob(deps, id, { by: "ada" });
  await eventually("the attempt is aborted", () => signal.aborted);
  attempts.answer(() => success);
  expect(await ended(deps, await start(deps))).toMatchObject({ status: "completed" });
  expect(await deps.store.jobs.get(id)).toMatchObject({ status: "terminated", tasks: [{ status: "cancelled" }] });
  expect(attempts.begun.filter(({ job }) => job.id === id)).toHaveLength(1);
});

test("the result of an attempt that could not be aborted goes to the history only", async () => {
  const deps = await embedded([model]);
  const attempts = new Attempts();
  attempts.ignoreAborts();
  await startWorker(deps, attempts.run);
  const id = await start(deps);
  const attempt = await attempts.next();
  await cancelJob(deps, id, { by: "ada" });
  await eventually("the attempt is told", () => attempt.signal.aborted);
  attempt.settle(success);
  const job = await until(deps, id, ({ tasks }) => tasks[0]?.lateAt !== undefined);
  expect(job).toMatchObject({ status: "terminated", tasks: [{ status: "cancelled" }] });
  expect(job.tasks[0]).not.toHaveProperty("result");
  expect(await historyTypes(deps, id)).toEqual(["job_started", "task_cancelled", "job_terminated", "late_result"]);
});

test("a worker that got no hint learns of a cancel with its next heartbeat", async () => {
  const deps = await embedded([model]);
  const elsewhere = await embedded([model], { place: deps.place });
  const attempts = new Attempts();
  await startWorker(deps, attempts.run, { heartbeatMs: 100 });
  const [kept, cancelled] = [await start(deps), await start(deps)];
  await attempts.whenOpen(2);
  await cancelJob(elsewhere, cancelled, { by: "ada" });
  await eventually("the attempt is aborted", () => attempts.open.length === 1);
  expect(attempts.open[0]?.job.id).toBe(kept);
  attempts.answer(() => success);
  expect(await ended(deps, kept)).toMatchObject({ status: "completed" });
});

test("a cancel during a delay leaves nothing behind that would run", async () => {
  const clock = new TestClock();
  clock.stop();
  const short = workflow(task("0", { retry: { kind: "fixed", retries: 1, delayMs: 100 } }), { name: "short" });
  const deps = await embedded([model, short], { clockOffsetMs: clock.offsetMs });
  const attempts = new Attempts(({ workflow: { name } }) => (name === "short" ? failure() : success));
  await startWorker(deps, attempts.run);
  const id = await start(deps, "short");
  await until(deps, id, (job) => job.tasks[0]?.attempt === 2);
  await cancelJob(deps, id, { by: "ada" });
  for (let other = 0; other < 2; other += 1) await ended(deps, await start(deps)); // the worker has heard of it by then
  clock.pass(100);
  const patience = performance.now() + 300;
  await eventually("it had every chance to begin", () => performance.now() > patience);
  expect(attempts.begun.filter(({ job }) => job.id === id)).toHaveLength(1);
});

test("a cancel of a job that waits for a slot does not cost one", async () => {
  const clock = new TestClock();
  clock.stop();
  const short = workflow(task("0", { retry: { kind: "fixed", retries: 1, delayMs: 50 } }), { name: "short" });
  const deps = await embedded([model, short], { clockOffsetMs: clock.offsetMs });
  const attempts = new Attempts(({ workflow: { name }, execution }) =>
    name === "short" && execution.attempt === 1 ? failure() : undefined,
  );
  await startWorker(deps, attempts.run, { concurrency: 1 });
  const waiting: string[] = [];
  for (let job = 0; job < 3; job += 1) {
    const id = await start(deps, "short");
    waiting.push(id);
    await until(deps, id, ({ tasks }) => tasks[0]?.attempt === 2);
  }
  const running = await start(deps);
  expect((await attempts.next()).job.id).toBe(running);
  clock.pass(50);
  const patience = performance.now() + 200;
  await eventually("their alarms have rung", () => performance.now() > patience);
  expect(attempts.begun).toHaveLength(4);
  for (const id of waiting) await cancelJob(deps, id, { by: "ada" });
  attempts.answer(() => success);
  expect(await ended(deps, await start(deps))).toMatchObject({ status: "completed" });
});
