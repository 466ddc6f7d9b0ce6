import { expect, test } from "vitest";
import type { JobId, WorkerId } from "../../../src/model/ids.ts";
import { type Embedded, embedded } from "../../support/embedded.ts";
import { eventually } from "../../support/eventually.ts";
import { task, workflow } from "../../support/sample-workflow.ts";
import { assignedTo } from "../../support/worker/assign.ts";
import { Attempts, success } from "../../support/worker/attempts.ts";
import { allEnded, ended, onlyWorker, start, startWorker, workerIds } from "../../support/worker/site.ts";

const model = workflow(task("0"));

/** Longer than any test: what is run, is run for a hint. */
const neverMs = 600_000;

/** A start by another process: assigned to that worker, which is told. */
function startFor(deps: Embedded, worker: WorkerId, times = 1): Promise<JobId> {
  const hint = (id: JobId): void => {
    for (let time = 0; time < times; time += 1)
      deps.notifier.publish({ kind: "assigned", to: deps.notifier.address, worker, jobs: [id] });
  };
  return start({ ...deps, placement: assignedTo(worker, hint) });
}

test("a job that others stored with the worker's lease is run at once for the hint that names it", async () => {
  const deps = await embedded([model]);
  await startWorker(deps, new Attempts(() => success).run, { pollMs: neverMs });
  const id = await startFor(deps, await onlyWorker(deps));
  expect(await ended(deps, id)).toMatchObject({ status: "completed", fence: 1 });
});

test("a job whose hint was lost is run for the poll", async () => {
  const deps = await embedded([model]);
  await startWorker(deps, new Attempts(() => success).run, { pollMs: 50 });
  const worker = await onlyWorker(deps);
  const id = await startFor(deps, worker, 0);
  expect(await ended(deps, id)).toMatchObject({ status: "completed", fence: 1 });
});

test("what a full worker is assigned is given back, and run by another; nothing is counted as a loss", async () => {
  const deps = await embedded([model]);
  const [busy, idle] = [new Attempts(), new Attempts(() => success)];
  await startWorker(deps, busy.run, { concurrency: 1, pollMs: neverMs });
  const full = await onlyWorker(deps);
  const first = await startFor(deps, full);
  await busy.next();
  await startWorker(deps, idle.run, { concurrency: 1, pollMs: neverMs });
  const second = await startFor(deps, full);
  expect(await ended(deps, second)).toMatchObject({ status: "completed", fence: 2, lost: 0 });
  busy.answer(() => success);
  expect(await ended(deps, first)).toMatchObject({ status: "completed" });
  expect(busy.begun.map(({ job }) => job.id)).toEqual([first]);
});

test("what a stopping worker is assigned is given back before its own attempts have ended", async () => {
  const deps = await embedded([model]);
  const [busy, idle] = [new Attempts(), new Attempts(() => success)];
  const { worker } = await startWorker(deps, busy.run, { pollMs: neverMs });
  const id = await onlyWorker(deps);
  await startFor(deps, id);
  const attempt = await busy.next();
  const stopped = worker.stop();
  await startWorker(deps, idle.run, { pollMs: neverMs });
  expect(await ended(deps, await startFor(deps, id))).toMatchObject({ status: "completed", lost: 0 });
  expect(await workerIds(deps)).toContain(id);
  attempt.settle(success);
  await stopped;
  expect(busy.begun).toHaveLength(1);
});

test("under polls without end, with hints that are lost or doubled and more jobs than slots, no call is made twice", async () => {
  const deps = await embedded([model]);
  const attempts = new Attempts(() => success);
  await startWorker(deps, attempts.run, { concurrency: 5, pollMs: 1 });
  const worker = await onlyWorker(deps);
  const startOneOf = [
    () => start(deps),
    () => startFor(deps, worker, 0),
    () => startFor(deps, worker, 1),
    () => startFor(deps, worker, 3),
  ];
  const ids: JobId[] = [];
  for (let round = 0; round < 25; round += 1)
    ids.push(...(await Promise.all([...startOneOf, ...startOneOf].map((startOne) => startOne()))));
  for (const job of await allEnded(deps, ids)) expect(job).toMatchObject({ status: "completed", lost: 0 });
  expect(attempts.begun.map(({ job }) => job.id).toSorted()).toEqual(ids.toSorted());
});

test("jobs that are being run stay where they are, however late or often a hint names them", async () => {
  const deps = await embedded([model]);
  const attempts = new Attempts();
  await startWorker(deps, attempts.run, { pollMs: 1 });
  const worker = await onlyWorker(deps);
  const id = await startFor(deps, worker, 2);
  const attempt = await attempts.next();
  deps.notifier.publish({ kind: "assigned", to: deps.notifier.address, worker, jobs: [id] });
  const other = await startFor(deps, worker);
  await attempts.whenOpen(2);
  deps.notifier.publish({ kind: "assigned", to: deps.notifier.address, worker, jobs: [id, other] });
  expect(attempt.signal.aborted).toBe(false);
  attempts.answer(() => success);
  for (const job of await allEnded(deps, [id, other])) expect(job).toMatchObject({ status: "completed", fence: 1 });
  expect(attempts.begun).toHaveLength(2);
});

test("a worker tells how much room it has: as much as its free slots, and none when it stops", async () => {
  const deps = await embedded([model]);
  const told: { readonly worker: WorkerId; readonly room: number }[] = [];
  deps.notifier.subscribe((hint) => {
    if (hint.kind === "room") told.push(hint);
  });
  const attempts = new Attempts();
  const { worker } = await startWorker(deps, attempts.run, { concurrency: 3, pollMs: neverMs });
  const id = await onlyWorker(deps);
  await eventually("all slots are free", () => told.at(-1)?.room === 3);
  await startFor(deps, id);
  await attempts.next();
  await eventually("one is taken", () => told.at(-1)?.room === 2);
  attempts.answer(() => success);
  await eventually("it is free again", () => told.at(-1)?.room === 3);
  await worker.stop();
  expect(told.at(-1)).toEqual({ kind: "room", worker: id, room: 0 });
});
