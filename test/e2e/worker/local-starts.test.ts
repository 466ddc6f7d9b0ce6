import { expect, test } from "vitest";
import { startJob } from "../../../src/jobs/start.ts";
import { embedded } from "../../support/embedded.ts";
import { eventually } from "../../support/eventually.ts";
import { sequence, task, workflow } from "../../support/sample-workflow.ts";
import { newcomer } from "../../support/worker/assign.ts";
import { Attempts, success } from "../../support/worker/attempts.ts";
import { allEnded, ended, expireWorker, onlyWorker, start, startWorker } from "../../support/worker/site.ts";

const model = workflow(task("0"));

/** The worker has claimed all there is, and waits. */
async function idleWorker(attempts: Attempts, concurrency: number) {
  const deps = await embedded([model]);
  const { worker } = await startWorker(deps, attempts.run, { concurrency, pollMs: 60_000 });
  await eventually("the worker knows that nothing waits", () => {
    const place = worker.reserve(newcomer());
    place?.giveUp();
    return place !== undefined;
  });
  return { ...deps, placement: worker };
}

test("a start in the worker's process is run without a claim: a job of one task is two writes", async () => {
  const attempts = new Attempts();
  const deps = await idleWorker(attempts, 2);
  const id = await start(deps);
  expect(await deps.store.jobs.get(id)).toMatchObject({
    fence: 1,
    version: 1,
    lease: { worker: await onlyWorker(deps) },
  });
  (await attempts.next()).settle(success);
  expect(await ended(deps, id)).toMatchObject({ status: "completed", fence: 1, version: 2 });
});

test("when all slots are taken, starts wait for a claim like others, in their order", async () => {
  const attempts = new Attempts();
  const deps = await idleWorker(attempts, 2);
  const ids = [await start(deps), await start(deps)];
  await attempts.whenOpen(2);
  const waiting = await start(deps);
  expect(await deps.store.jobs.get(waiting)).toMatchObject({ fence: 0 });
  attempts.open[0]?.settle(success);
  await eventually("the waiting one runs", () => attempts.open.some(({ job }) => job.id === waiting));
  attempts.answer(() => success);
  for (const job of await allEnded(deps, [...ids, waiting])) expect(job.status).toBe("completed");
});

test("a start that finds its job there already gives back its slot", async () => {
  const attempts = new Attempts();
  const deps = await idleWorker(attempts, 2);
  const ask = { workflow: "sample", input: {}, idempotencyKey: "k" };
  await startJob(deps, ask);
  (await attempts.next()).settle(success);
  for (let again = 0; again < 10; again += 1) expect(await startJob(deps, ask)).toMatchObject({ replayed: true });
  expect(attempts.begun).toHaveLength(1);
  const ids = [await start(deps), await start(deps)];
  const open = await attempts.whenOpen(2);
  expect(open.map(({ job }) => job.id)).toEqual(ids);
  attempts.answer(() => success);
});

test("a start whose job is done at once takes no slot", async () => {
  const attempts = new Attempts();
  const deps = await idleWorker(attempts, 1);
  await deps.catalog.add([{ workflow: workflow(sequence(), { name: "empty" }), source: null }]);
  for (let time = 0; time < 3; time += 1)
    expect(await ended(deps, await start(deps, "empty"))).toMatchObject({ status: "completed", fence: 0 });
  await start(deps);
  (await attempts.next()).settle(success);
});

test("the lease of a worker that has been expired is not given; the job is run by whoever lives", async () => {
  const attempts = new Attempts(() => success);
  const deps = await idleWorker(attempts, 2);
  const former = await onlyWorker(deps);
  await expireWorker(deps, former);
  const id = await start(deps);
  expect(await ended(deps, id)).toMatchObject({ status: "completed", lost: 0 });
  expect(await onlyWorker(deps, former)).toBeDefined();
});
