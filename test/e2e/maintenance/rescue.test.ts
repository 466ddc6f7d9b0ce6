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
const leaseMs = 60_000;
const sweepMs = 5_000;

/** A worker that holds a job and is silent from now on. */
async function silentWorker(deps: Embedded, id: string): Promise<void> {
  await deps.store.workers.register(workerInfo(id, { leaseMs }));
  await claimed(deps.store, by(id, { nowMs: Date.now(), limit: 1 }));
}

/** Rescuers for whom time passes as the test says, and who have looked once. */
async function rescuers(...sites: readonly Embedded[]) {
  let passedMs = 0;
  const log = new MemoryLog();
  const all = sites.map(
    ({ store }) => new Rescue(store.workers, leaseMs, sweepMs, log, undefined, (): number => passedMs),
  );
  /** All of them at once; answers how many jobs were set free. */
  async function sweep(): Promise<number> {
    const freed = await Promise.all(all.map((rescue) => rescue.sweep(Date.now())));
    return freed.reduce((sum, jobs) => sum + jobs, 0);
  }
  expect(await sweep()).toBe(0);
  return {
    log,
    all,
    sweep,
    /** They sweep again and again, as a process does all the time; answers how many jobs were set free. */
    async sweepFor(ms: number): Promise<number> {
      let freed = 0;
      for (let swept = 0; swept < ms; swept += sweepMs) {
        passedMs += sweepMs;
        freed += await sweep();
      }
      return freed;
    },
    /** Time passes in which nobody sweeps. */
    pass(ms: number): void {
      passedMs += ms;
    },
  };
}

/** Waits until the only worker has beaten once more. */
async function nextBeat({ store }: Embedded): Promise<void> {
  const beat = async (): Promise<number> => (await store.workers.list())[0]?.beat ?? 0;
  const before = await beat();
  await eventually("the worker beats", async () => (await beat()) > before);
}

test("the jobs of a worker that is silent for a lease are given to others", async () => {
  const deps = await embedded([model]);
  const id = await start(deps);
  await silentWorker(deps, "silent");
  const { sweepFor, log } = await rescuers(deps);
  expect(await sweepFor(leaseMs - sweepMs)).toBe(0);
  expect(await workerIds(deps)).toEqual(["silent"]);
  expect(await sweepFor(sweepMs)).toBe(1);
  expect(await workerIds(deps)).toEqual([]);
  expect(log.messages("warn")).toEqual(["worker lost: its jobs are given to others"]);
  await startWorker(deps, new Attempts(() => success).run);
  expect(await ended(deps, id)).toMatchObject({ status: "completed", lost: 0, fence: 2 });
});

test("where many workers share the looks, a silent one is found none the less", async () => {
  const deps = await embedded([model]);
  await start(deps);
  await silentWorker(deps, "silent");
  for (const id of ["a", "b", "c", "d"]) await deps.store.workers.register(workerInfo(id, { leaseMs: 10 * leaseMs }));
  const { all, sweepFor } = await rescuers(deps);
  expect(all.map(({ workers }) => workers)).toEqual([5]);
  expect(await sweepFor(leaseMs + sweepMs)).toBe(1);
  expect(await workerIds(deps)).not.toContain("silent");
});

test("beside many workers a rescuer looks at every second sweep, one that gives jobs to workers at each", async () => {
  const { store } = await embedded([model]);
  for (const id of ["a", "b", "c", "d", "e"]) await store.workers.register(workerInfo(id));
  let looks = 0;
  const workers = { ...store.workers, list: () => ((looks += 1), store.workers.list()) };
  const looksIn = async (sweeps: number, onWorkers?: () => void): Promise<number> => {
    let passedMs = 0;
    const rescue = new Rescue(workers, leaseMs, sweepMs, new MemoryLog(), onWorkers, (): number => passedMs);
    looks = 0;
    for (let swept = 0; swept < sweeps; swept += 1, passedMs += sweepMs) await rescue.sweep(Date.now());
    return looks;
  };
  expect(await looksIn(10)).toBe(5);
  expect(await looksIn(10, () => undefined)).toBe(10);
});

test("a worker whose own lease is longer than the rescuer's is not expired before it", async () => {
  const deps = await embedded([model]);
  await start(deps);
  await silentWorker(deps, "short");
  await deps.store.workers.register(workerInfo("long", { leaseMs: 2 * leaseMs }));
  const { sweepFor } = await rescuers(deps);
  await sweepFor(2 * leaseMs - sweepMs);
  expect(await workerIds(deps)).toEqual(["long"]);
  await sweepFor(sweepMs);
  expect(await workerIds(deps)).toEqual([]);
});

test("a worker that beats is left alone, however long it is watched", async () => {
  const deps = await embedded([model]);
  const id = await start(deps);
  const attempts = new Attempts();
  await startWorker(deps, attempts.run, { leaseMs, heartbeatMs: 20 });
  const attempt = await attempts.next();
  const { sweepFor } = await rescuers(deps);
  for (let quarters = 0; quarters < 12; quarters += 1) {
    await nextBeat(deps);
    expect(await sweepFor(leaseMs / 4)).toBe(0);
  }
  attempt.settle(success);
  expect(await ended(deps, id)).toMatchObject({ status: "completed", fence: 1 });
});

test("a rescuer that was itself stopped does not take the others for dead", async () => {
  const deps = await embedded([model]);
  await start(deps);
  await silentWorker(deps, "stopped too");
  const { pass, sweep, sweepFor } = await rescuers(deps);
  pass(2 * leaseMs);
  expect(await sweep()).toBe(0);
  expect(await sweepFor(leaseMs - sweepMs)).toBe(0);
  expect(await workerIds(deps)).toEqual(["stopped too"]);
  expect(await sweepFor(sweepMs), "after a whole lease of watching").toBe(1);
});

test("a worker that beats just before it would be expired lives", async () => {
  const deps = await embedded([model]);
  await start(deps);
  await silentWorker(deps, "slow");
  const { sweepFor } = await rescuers(deps);
  for (const beat of [2, 3, 4]) {
    expect(await sweepFor(leaseMs - sweepMs)).toBe(0);
    await deps.store.workers.beat({ worker: "slow", beat, room: 0, held: [] });
    expect(await sweepFor(sweepMs)).toBe(0);
  }
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
  const { sweepFor } = await rescuers(deps, other, deps);
  expect(await sweepFor(leaseMs)).toBe(1);
  expect(await workerIds(deps)).toEqual([]);
  expect(await deps.store.jobs.get(id)).toMatchObject({ lost: 1 });
});
