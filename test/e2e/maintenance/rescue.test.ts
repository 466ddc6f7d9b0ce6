import { expect, test } from "vitest";
import { Rescue } from "../../../src/maintenance/rescue.ts";
import { type Embedded, embedded } from "../../support/embedded.ts";
import { eventually } from "../../support/eventually.ts";
import { workerInfo } from "../../support/jobs.ts";
import { task, workflow } from "../../support/sample-workflow.ts";
import { by, claimed } from "../../support/store/fresh-store.ts";
import { Attempts, success } from "../../support/worker/attempts.ts";
import { MemoryLog } from "../../support/worker/memory-log.ts";
import { ended, start, startWorker, workerIds } from "../../support/worker/site.ts";

const model = workflow(task("0"));
const leaseMs = 400;
const sweepMs = 50;

/** A worker that holds a job and is silent from now on. */
async function silentWorker(deps: Embedded, id: string): Promise<void> {
  await deps.store.workers.register(workerInfo(id, { leaseMs }));
  await claimed(deps.store, by(id, { nowMs: Date.now(), limit: 1 }));
}

function rescuer(deps: Embedded): { rescue: Rescue; log: MemoryLog } {
  const log = new MemoryLog();
  return { rescue: new Rescue(deps.store.workers, leaseMs, sweepMs, log), log };
}

/** Sweeps until the work is done, as a process does all the time; answers how many jobs were set free. */
async function sweepUntil(rescue: Rescue, what: string, done: () => Promise<boolean> | boolean): Promise<number> {
  let freed = 0;
  await eventually(
    what,
    async () => {
      freed += await rescue.sweep(Date.now());
      return done();
    },
    { everyMs: sweepMs },
  );
  return freed;
}

/** Lets time pass in which nobody sweeps. */
async function pass(ms: number): Promise<void> {
  const until = performance.now() + ms;
  await eventually("time has passed", () => performance.now() >= until);
}

test("the jobs of a worker that is silent for a lease are given to others", async () => {
  const deps = await embedded([model]);
  const id = await start(deps);
  await silentWorker(deps, "silent");
  const { rescue, log } = rescuer(deps);
  const began = performance.now();
  expect(await sweepUntil(rescue, "the worker is expired", async () => (await workerIds(deps)).length === 0)).toBe(1);
  expect(performance.now() - began).toBeGreaterThanOrEqual(leaseMs);
  expect(log.messages("warn")).toEqual(["worker lost: its jobs are given to others"]);
  await startWorker(deps, new Attempts(() => success).run);
  expect(await ended(deps, id)).toMatchObject({ status: "completed", lost: 0, fence: 2 });
});

test("where many workers share the looks, a silent one is found none the less", async () => {
  const deps = await embedded([model]);
  await start(deps);
  await silentWorker(deps, "silent");
  for (const id of ["a", "b", "c", "d"]) await deps.store.workers.register(workerInfo(id, { leaseMs: 60_000 }));
  const { rescue } = rescuer(deps);
  expect(await sweepUntil(rescue, "it is expired", async () => !(await workerIds(deps)).includes("silent"))).toBe(1);
  expect(rescue.workers).toBe(5);
});

test("a worker whose own lease is longer than the rescuer's is not expired before it", async () => {
  const deps = await embedded([model]);
  await start(deps);
  await silentWorker(deps, "short");
  await deps.store.workers.register(workerInfo("long", { leaseMs: 60_000 }));
  const { rescue } = rescuer(deps);
  await sweepUntil(rescue, "the other worker is expired", async () => !(await workerIds(deps)).includes("short"));
  expect(await workerIds(deps)).toEqual(["long"]);
});

test("a worker that beats is left alone, however long it is watched", async () => {
  const deps = await embedded([model]);
  const id = await start(deps);
  const attempts = new Attempts();
  await startWorker(deps, attempts.run, { leaseMs, heartbeatMs: leaseMs / 4 });
  const attempt = await attempts.next();
  const { rescue } = rescuer(deps);
  const until = performance.now() + 3 * leaseMs;
  expect(await sweepUntil(rescue, "three leases have passed", () => performance.now() > until)).toBe(0);
  attempt.settle(success);
  expect(await ended(deps, id)).toMatchObject({ status: "completed", fence: 1 });
});

test("a rescuer that was itself stopped does not take the others for dead", async () => {
  const deps = await embedded([model]);
  await start(deps);
  await silentWorker(deps, "stopped too");
  const { rescue } = rescuer(deps);
  await rescue.sweep(Date.now());
  await pass(2 * leaseMs);
  const began = performance.now();
  expect(await rescue.sweep(Date.now())).toBe(0);
  expect(await workerIds(deps)).toEqual(["stopped too"]);
  await sweepUntil(
    rescue,
    "it is expired after a whole lease of watching",
    async () => (await workerIds(deps)).length === 0,
  );
  expect(performance.now() - began).toBeGreaterThanOrEqual(leaseMs);
});

test("a worker that beats just before it would be expired lives", async () => {
  const deps = await embedded([model]);
  await start(deps);
  await silentWorker(deps, "slow");
  const { rescue } = rescuer(deps);
  const until = performance.now() + 3 * leaseMs;
  let beat = 1;
  let beatAt = performance.now();
  const freed = await sweepUntil(rescue, "three leases have passed", async () => {
    if (performance.now() - beatAt > leaseMs - 2 * sweepMs) {
      beatAt = performance.now();
      beat += 1;
      await deps.store.workers.beat({ worker: "slow", beat, room: 0, held: [] });
    }
    return performance.now() > until;
  });
  expect(beat).toBeGreaterThan(2);
  expect(freed).toBe(0);
  expect(await workerIds(deps)).toEqual(["slow"]);
});

test("an end that another rescuer began and did not finish is finished at the first look", async () => {
  const deps = await embedded([model]);
  const id = await start(deps);
  await silentWorker(deps, "half ended");
  const { workers } = deps.store;
  const halfEnded = {
    ...workers,
    list: async () => (await workers.list()).map((row) => ({ ...row, ended: true as const })),
  };
  expect(await new Rescue(halfEnded, leaseMs, sweepMs, new MemoryLog()).sweep(Date.now())).toBe(1);
  expect(await workerIds(deps)).toEqual([]);
  expect(await deps.store.jobs.get(id)).toMatchObject({ lost: 1 });
});

test("of several rescuers one frees the jobs, once", async () => {
  const deps = await embedded([model]);
  const other = await embedded([model], { place: deps.place });
  const id = await start(deps);
  await silentWorker(deps, "silent");
  const rescuers = [rescuer(deps).rescue, rescuer(other).rescue, rescuer(deps).rescue];
  let freed = 0;
  await eventually(
    "the worker is expired",
    async () => {
      for (const jobs of await Promise.all(rescuers.map((rescue) => rescue.sweep(Date.now())))) freed += jobs;
      return (await workerIds(deps)).length === 0;
    },
    { everyMs: sweepMs },
  );
  expect(freed).toBe(1);
  expect(await deps.store.jobs.get(id)).toMatchObject({ lost: 1 });
});
