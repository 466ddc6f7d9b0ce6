import { expect, test } from "vitest";
import { TestClock } from "../../support/clocks/test-clock.ts";
import { embedded } from "../../support/embedded.ts";
import { eventually } from "../../support/eventually.ts";
import { sequence, task, workflow } from "../../support/sample-workflow.ts";
import { newcomer } from "../../support/worker/assign.ts";
import { Attempts, failure, success } from "../../support/worker/attempts.ts";
import { ended, historyTypes, start, startWorker, until, workerIds } from "../../support/worker/site.ts";

const two = workflow(sequence(task("0", { retry: { kind: "fixed", retries: 1, delayMs: 950 } }), task("1")));

test.concurrent("an attempt that ends within the grace counts; the job goes on elsewhere with the next task", async () => {
  const deps = await embedded([two]);
  const attempts = new Attempts();
  const { worker } = await startWorker(deps, attempts.run);
  const id = await start(deps);
  const attempt = await attempts.next();
  const stopped = worker.stop();
  attempt.settle(success);
  await stopped;
  expect(attempt.signal.aborted).toBe(false);
  expect(await workerIds(deps)).toEqual([]);
  const between = await deps.store.jobs.get(id);
  expect(between).toMatchObject({ lost: 0, tasks: [{ status: "completed" }, { status: "scheduled" }] });
  expect(between).not.toHaveProperty("lease");

  const others = new Attempts(() => success);
  await startWorker(deps, others.run);
  expect(await ended(deps, id)).toMatchObject({ status: "completed" });
  expect(others.begun.map(({ node }) => node.path)).toEqual(["1"]);
});

test.concurrent("an attempt that the grace cuts off is told as interrupted, and repeated elsewhere under the same number", async () => {
  const deps = await embedded([two]);
  const attempts = new Attempts();
  const { worker } = await startWorker(deps, attempts.run, { graceMs: 100 });
  const id = await start(deps);
  const { signal } = await attempts.next();
  await worker.stop();
  expect(signal.aborted).toBe(true);
  const job = await deps.store.jobs.get(id);
  expect(job).toMatchObject({ lost: 0, tasks: [{ status: "scheduled", attempt: 1 }] });
  expect(job).not.toHaveProperty("lease");

  const others = new Attempts(() => success);
  await startWorker(deps, others.run);
  await ended(deps, id);
  expect(others.begun.map(({ execution }) => execution.attempt)).toEqual([1, 1]);
  expect(await historyTypes(deps, id)).toEqual([
    "job_started",
    "attempt_interrupted",
    "task_completed",
    "task_completed",
    "job_completed",
  ]);
});

test.concurrent("a stopping worker begins nothing more: no claim, no start, no retry", async () => {
  const clock = new TestClock();
  clock.stop();
  const deps = await embedded([two], { clockOffsetMs: clock.offsetMs });
  const attempts = new Attempts();
  const { worker } = await startWorker(deps, attempts.run);
  const retrying = await start(deps);
  (await attempts.next()).settle(failure());
  await until(deps, retrying, (job) => job.tasks[0]?.attempt === 2);
  const running = await start(deps);
  const attempt = await attempts.next();
  const stopped = worker.stop();
  expect(worker.reserve(newcomer())).toBeUndefined();
  const late = await start(deps);
  deps.notifier.publish({ kind: "ready" });
  const { readyAt } = await until(deps, retrying, ({ lease }) => lease === undefined);
  expect(readyAt, "given back at once, not when it is due").toBeGreaterThan(deps.moment().nowMs);
  attempt.settle(success);
  await stopped;
  expect(attempts.begun).toHaveLength(2);
  for (const id of [retrying, running, late]) expect(await deps.store.jobs.get(id)).not.toHaveProperty("lease");
});

test.concurrent("a stop in the middle of claims and starts leaves no job with a lease", async () => {
  const deps = await embedded([two]);
  for (let round = 0; round < 10; round += 1) {
    const attempts = new Attempts(() => success);
    const { worker } = await startWorker(deps, attempts.run, { pollMs: 1 });
    const local = { ...deps, placement: worker };
    const starts = Array.from({ length: 30 }, (_, index) => start(index % 2 === 0 ? deps : local));
    await Promise.all(starts.slice(0, round * 3));
    await worker.stop();
    const ids = await Promise.all(starts);
    for (const id of ids) {
      const job = await deps.store.jobs.get(id);
      expect(job?.lease, `round ${round}: ${JSON.stringify(job)}`).toBeUndefined();
      expect(job?.lost).toBe(0);
    }
    expect(await workerIds(deps)).toEqual([]);
  }
});

test.concurrent("an attempt that ignores its abort does not keep the worker from stopping; its job is given to others", async () => {
  const deps = await embedded([two]);
  const attempts = new Attempts();
  attempts.ignoreAborts();
  const { worker } = await startWorker(deps, attempts.run, { graceMs: 10, patience: { abortedMs: 100 } });
  const id = await start(deps);
  const attempt = await attempts.next();
  await worker.stop();
  expect(attempts.open).toHaveLength(1);
  expect(await deps.store.jobs.get(id)).toMatchObject({ lost: 0 });
  expect(await workerIds(deps)).toEqual([]);

  const others = new Attempts(() => success);
  await startWorker(deps, others.run);
  expect(await ended(deps, id)).toMatchObject({ status: "completed" });
  attempt.settle(failure());
  await eventually(
    "the late failure is ignored",
    async () => (await historyTypes(deps, id)).at(-1) === "job_completed",
  );
});

test.concurrent("a task that may run at most once and is cut off by the grace fails, and is not called again", async () => {
  const deps = await embedded([workflow(task("0", { whenLost: "fail" }))]);
  const attempts = new Attempts();
  const { worker } = await startWorker(deps, attempts.run, { graceMs: 10 });
  const id = await start(deps);
  await attempts.next();
  await worker.stop();
  expect(await ended(deps, id)).toMatchObject({ status: "failed", error: { code: "interrupted" } });
});

test.concurrent("a worker that is stopped before it has begun leaves nothing behind", async () => {
  const deps = await embedded([two]);
  const other = await startWorker(deps, new Attempts().run);
  const known = await workerIds(deps);
  const { worker } = await startWorker(deps, new Attempts().run);
  await Promise.all([worker.stop(), worker.stop()]);
  expect(await workerIds(deps)).toEqual(known);
  await other.worker.stop();
  expect(await workerIds(deps)).toEqual([]);
});
