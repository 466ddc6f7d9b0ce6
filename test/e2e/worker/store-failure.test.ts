import { expect, test } from "vitest";
import { startJob } from "../../../src/jobs/start.ts";
import { embedded } from "../../support/embedded.ts";
import { eventually } from "../../support/eventually.ts";
import { sequence, task, workflow } from "../../support/sample-workflow.ts";
import { stallableStore } from "../../support/store/stallable-store.ts";
import { newcomer } from "../../support/worker/assign.ts";
import { Attempts, success } from "../../support/worker/attempts.ts";
import { allEnded, ended, expireWorker, onlyWorker, start, startWorker, workerIds } from "../../support/worker/site.ts";

const model = workflow(sequence(task("0"), task("1")));

test.concurrent("when the store fails, the worker forgets what it held and begins anew; nothing is lost, every slot is there", async () => {
  const stallable = await stallableStore();
  const deps = await embedded([model], { place: stallable.place });
  const attempts = new Attempts();
  const { log } = await startWorker(deps, attempts.run, { concurrency: 3, pollMs: 60_000 });
  const ids = [await start(deps), await start(deps)];
  const [first, second] = await attempts.whenOpen(2);
  const stall = stallable.stall();
  first?.settle(success);
  await eventually("the other attempt is aborted", () => second?.signal.aborted); // the adapter tries again for longer than an election takes
  expect(log.messages("warn")).toContain("worker lost its lease");
  stall.free();
  await attempts.whenOpen(2);
  expect(attempts.begun.filter(({ job, node }) => job.id === second?.job.id && node.path === "0")).toHaveLength(2);
  attempts.answer(() => success);
  for (const job of await allEnded(deps, ids)) expect(job).toMatchObject({ status: "completed" });
  attempts.answer(() => undefined);
  for (let slot = 0; slot < 3; slot += 1) await start(deps);
  await attempts.whenOpen(3);
  attempts.answer(() => success);
});

test.concurrent("a start that fails with a lease in it is found again, if it is there, and costs no slot", async () => {
  const stallable = await stallableStore();
  const deps = await embedded([model], { place: stallable.place });
  const attempts = new Attempts();
  const { worker } = await startWorker(deps, attempts.run, { concurrency: 2, pollMs: 60_000 });
  const local = { ...deps, placement: worker };
  await eventually("the worker has a place for a start", () => {
    const place = worker.reserve(newcomer());
    place?.giveUp();
    return place !== undefined;
  });
  const former = await onlyWorker(deps);
  const stall = stallable.stall();
  const refused = startJob(local, { workflow: "sample", input: {} });
  await expect(refused).rejects.toMatchObject({ code: "store_unavailable" });
  stall.free();
  await onlyWorker(deps, former);
  await Promise.all([start(local), start(local)]);
  await attempts.whenOpen(2);
  attempts.answer(() => success);
  const { jobs } = await deps.store.search.find({ limit: 10 });
  for (const job of await allEnded(
    deps,
    jobs.map(({ id }) => id),
  ))
    expect(job.status).toBe("completed");
  attempts.answer(() => undefined);
  await Promise.all([start(local), start(local)]);
  await attempts.whenOpen(2);
  attempts.answer(() => success);
});

test.concurrent("a worker that cannot write heartbeats in time lets go by itself, before others may take its jobs", async () => {
  const stallable = await stallableStore();
  const deps = await embedded([model], { place: stallable.place });
  const attempts = new Attempts();
  const { log } = await startWorker(deps, attempts.run, { leaseMs: 1500, heartbeatMs: 300 });
  const id = await start(deps);
  const { signal } = await attempts.next();
  const stall = stallable.stall();
  await eventually("the attempt is aborted", () => signal.aborted);
  expect(log.lines.find(({ message }) => message === "worker lost its lease")).toMatchObject({
    fields: { reason: "no heartbeat was acknowledged in time" },
  });
  stall.free();
  attempts.answer(() => success);
  expect(await ended(deps, id)).toMatchObject({ status: "completed" });
});

test.concurrent("a worker stops, and says what it could not do, while the store takes nothing", async () => {
  const stallable = await stallableStore();
  const deps = await embedded([model], { place: stallable.place });
  const attempts = new Attempts();
  const patience = { abortedMs: 100, leaveMs: 500 };
  const { log, worker } = await startWorker(deps, attempts.run, { graceMs: 100, patience });
  const id = await start(deps);
  await attempts.next();
  const stall = stallable.stall();
  await worker.stop();
  expect(log.messages("warn")).toContain("the worker could not leave: the rescue frees its jobs");
  stall.free();
  for (const left of await workerIds(deps)) await expireWorker(deps, left); // as a rescuer would
  await startWorker(deps, new Attempts(() => success).run);
  expect(await ended(deps, id)).toMatchObject({ status: "completed" });
});
