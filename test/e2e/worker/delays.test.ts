import { expect, test } from "vitest";
import { startJob } from "../../../src/jobs/start.ts";
import { TestClock } from "../../support/clocks/test-clock.ts";
import { embedded } from "../../support/embedded.ts";
import { eventually } from "../../support/eventually.ts";
import { sequence, task, workflow } from "../../support/sample-workflow.ts";
import { Attempts, failure, success } from "../../support/worker/attempts.ts";
import { allEnded, ended, start, startWorker, until } from "../../support/worker/site.ts";

const hour = 3_600_000;
const impatient = workflow(task("0", { retry: { kind: "fixed", retries: 9, delayMs: hour } }), { name: "impatient" });
const quick = workflow(sequence(task("0"), task("1")), { name: "quick" });

test.concurrent("jobs in long delays hold no slot: others start at once", async () => {
  const deps = await embedded([impatient, quick]);
  const attempts = new Attempts(({ workflow: { name } }) => (name === "impatient" ? failure() : undefined));
  await startWorker(deps, attempts.run, { concurrency: 2, pollMs: 60_000 });
  const parked = await Promise.all(Array.from({ length: 50 }, () => start(deps, "impatient")));
  for (const id of parked)
    expect(await until(deps, id, (job) => job.tasks[0]?.attempt === 2)).not.toHaveProperty("lease");
  const ids = [await start(deps, "quick"), await start(deps, "quick")];
  await attempts.whenOpen(2);
  attempts.answer(() => success);
  for (const job of await allEnded(deps, ids)) expect(job.status).toBe("completed");
});

test.concurrent("in a delay under a second the worker keeps the job, and holds no slot for it", async () => {
  const clock = new TestClock();
  clock.stop();
  const model = workflow(task("0", { retry: { kind: "fixed", retries: 1, delayMs: 100 } }), { name: "short" });
  const deps = await embedded([model, quick], { clockOffsetMs: clock.offsetMs });
  const attempts = new Attempts(({ execution, workflow: { name } }) =>
    name === "short" && execution.attempt === 1 ? failure() : success,
  );
  await startWorker(deps, attempts.run, { concurrency: 1 });
  const id = await start(deps, "short");
  const waiting = await until(deps, id, (job) => job.tasks[0]?.attempt === 2);
  expect(waiting).toMatchObject({ lease: { fence: 1 }, fence: 1 });
  expect(await ended(deps, await start(deps, "quick"))).toMatchObject({ status: "completed" });
  expect(await deps.store.jobs.get(id), "the delay is not over").toMatchObject({ status: "running" });
  clock.pass(100);
  expect(await ended(deps, id)).toMatchObject({ status: "completed", fence: 1 });
});

test.concurrent("in a longer delay the job is given back, and is claimed again when it is due", async () => {
  const clock = new TestClock();
  clock.stop();
  const retried = workflow(task("0", { retry: { kind: "fixed", retries: 1, delayMs: 1000 } }));
  const deps = await embedded([retried], { clockOffsetMs: clock.offsetMs });
  const attempts = new Attempts(({ execution }) => (execution.attempt === 1 ? failure() : success));
  await startWorker(deps, attempts.run);
  const id = await start(deps);
  const parked = await until(deps, id, (job) => job.tasks[0]?.attempt === 2);
  expect(parked).not.toHaveProperty("lease");
  clock.pass(1000);
  const job = await ended(deps, id);
  expect(job).toMatchObject({ status: "completed", fence: parked.fence + 1 });
  expect(job.finishedAt).toBeGreaterThanOrEqual(parked.readyAt ?? Number.NaN);
});

test.concurrent("a retry comes when it is due, however seldom the store is polled", async () => {
  const deps = await embedded([workflow(task("0", { retry: { kind: "fixed", retries: 1, delayMs: 1000 } }))]);
  const attempts = new Attempts(({ execution }) => (execution.attempt === 1 ? failure() : success));
  const { worker } = await startWorker(deps, attempts.run, { pollMs: 600_000 });
  const id = await start({ ...deps, placement: worker });
  expect(await ended(deps, id)).toMatchObject({ status: "completed" });
});

test.concurrent("retries come when they are due, each of them, while jobs wait for the cap of their workflow", async () => {
  const capped = workflow(task("0"), { name: "capped", maxRunning: 1 });
  const retried = [1000, 1500].map((delayMs) =>
    workflow(task("0", { retry: { kind: "fixed", retries: 1, delayMs } }), { name: `after ${delayMs}` }),
  );
  const deps = await embedded([capped, ...retried]);
  const attempts = new Attempts(({ execution, workflow: { name } }) => {
    if (name === "capped") return undefined;
    return execution.attempt === 1 ? failure() : success;
  });
  await startWorker(deps, attempts.run, { pollMs: 600_000 });
  const waiting = [await start(deps, "capped"), await start(deps, "capped")];
  const ids = [await start(deps, "after 1000"), await start(deps, "after 1500")];
  deps.notifier.publish({ kind: "ready" });
  for (const id of ids) await until(deps, id, (job) => job.tasks[0]?.attempt === 2);
  deps.notifier.publish({ kind: "ready" }); // the claim that follows sees those that wait for the cap
  for (const job of await allEnded(deps, ids)) expect(job.status).toBe("completed");
  attempts.answer(() => success);
  await allEnded(deps, waiting);
});

test.concurrent("a job whose delay ends while all slots are taken waits for one", async () => {
  const model = workflow(task("0", { retry: { kind: "fixed", retries: 1, delayMs: 30 } }), { name: "short" });
  const deps = await embedded([model, quick]);
  const attempts = new Attempts();
  await startWorker(deps, attempts.run, { concurrency: 1 });
  const short = await start(deps, "short");
  (await attempts.next()).settle(failure());
  await until(deps, short, (job) => job.tasks[0]?.attempt === 2);
  const other = await start(deps, "quick");
  await eventually("the short one, or the other before it, runs", async () => {
    const [open] = attempts.open;
    open?.settle(success);
    const jobs = [await deps.store.jobs.get(short), await deps.store.jobs.get(other)];
    return jobs.every((job) => job?.status === "completed");
  });
  expect(attempts.begun.length).toBe(4);
});

test.concurrent("a job that begins later holds no worker until then, and runs when it is due", async () => {
  const clock = new TestClock();
  clock.stop();
  const deps = await embedded([quick], { clockOffsetMs: clock.offsetMs });
  const attempts = new Attempts(() => success);
  const { worker } = await startWorker(deps, attempts.run, { concurrency: 1, pollMs: 60_000 });
  const local = { ...deps, placement: worker };
  await ended(deps, await start(local, "quick"));
  const notBefore = deps.moment().nowMs + 300;
  const { id } = await startJob(local, { workflow: "quick", input: {}, notBefore });
  expect(await deps.store.jobs.get(id)).toMatchObject({ status: "pending", readyAt: notBefore });
  expect(await deps.store.jobs.get(id)).not.toHaveProperty("lease");
  await ended(deps, await start(local, "quick"));
  expect(await deps.store.jobs.get(id), "it is not due yet").toMatchObject({ status: "pending" });
  clock.pass(300);
  const { startedAt = 0 } = await ended(deps, id);
  expect(startedAt).toBeGreaterThanOrEqual(notBefore);
});

test.concurrent("jobs that begin later run when they are due, each of them, while jobs wait for the cap of their workflow", async () => {
  const deps = await embedded([workflow(task("0"), { name: "capped", maxRunning: 1 }), quick]);
  const attempts = new Attempts(({ workflow: { name } }) => (name === "capped" ? undefined : success));
  await startWorker(deps, attempts.run, { pollMs: 600_000 });
  const waiting = [await start(deps, "capped"), await start(deps, "capped")];
  deps.notifier.publish({ kind: "ready" });
  await attempts.next();
  const now = Date.now();
  const later = [700, 1400].map((ms) => startJob(deps, { workflow: "quick", input: {}, notBefore: now + ms }));
  const ids = (await Promise.all(later)).map(({ id }) => id);
  deps.notifier.publish({ kind: "ready" });
  for (const job of await allEnded(deps, ids)) expect(job.status).toBe("completed");
  attempts.answer(() => success);
  await allEnded(deps, waiting);
});
