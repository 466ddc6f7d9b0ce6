import { expect, onTestFinished, test } from "vitest";
import { cancelJob } from "../../../src/jobs/actions/cancel.ts";
import { startJob } from "../../../src/jobs/start.ts";
import { StoreClock } from "../../../src/jobs/store-clock.ts";
import { Sweeper, type SweeperHelp, type SweeperSettings } from "../../../src/maintenance/sweeper.ts";
import { WaitingWatch } from "../../../src/maintenance/waiting-watch.ts";
import type { Hint } from "../../../src/notifier/notifier.ts";
import { type Embedded, embedded } from "../../support/embedded.ts";
import { eventually } from "../../support/eventually.ts";
import { workerInfo } from "../../support/jobs.ts";
import { sequence, task, workflow } from "../../support/sample-workflow.ts";
import { by, claimed } from "../../support/store/fresh-store.ts";
import { Attempts, success } from "../../support/worker/attempts.ts";
import { MemoryLog } from "../../support/worker/memory-log.ts";
import { ended, start, startWorker } from "../../support/worker/site.ts";

const settings: SweeperSettings = { sweepMs: 20, leaseMs: 60_000, retentionMs: 0, idempotencyWindowMs: 0 };
const hasty = workflow(task("0"), { name: "hasty", timeoutMs: 100 });
const empty = workflow(sequence(), { name: "empty" });

function startSweeper(deps: Embedded, more: Partial<SweeperSettings> = {}, help: SweeperHelp = {}): MemoryLog {
  const log = new MemoryLog();
  const sweeper = new Sweeper(deps, { ...settings, ...more }, log, help);
  sweeper.begin();
  onTestFinished(() => sweeper.stop());
  return log;
}

async function count(deps: Embedded): Promise<number> {
  return (await deps.store.jobs.find({ limit: 200 })).jobs.length;
}

test("jobs over their time-out end, also where nobody holds them", async () => {
  const deps = await embedded([hasty]);
  startSweeper(deps);
  expect(await ended(deps, await start(deps, "hasty"))).toMatchObject({
    status: "timed_out",
    error: { code: "timed_out" },
  });
});

test("jobs over their time-out end under a worker that does not see to it, and the worker is told", async () => {
  const deps = await embedded([hasty]);
  const id = await start(deps, "hasty");
  await deps.store.workers.register(workerInfo("deaf"));
  await claimed(deps.store, by("deaf", { nowMs: Date.now() }));
  const hints: Hint[] = [];
  deps.notifier.subscribe((hint) => hints.push(hint));
  startSweeper(deps);
  expect(await ended(deps, id)).toMatchObject({ status: "timed_out" });
  await eventually("the hint is out", () => hints.length > 0);
  expect(hints).toEqual([{ kind: "revoked", jobId: id }]);
});

test("more jobs than fit one look end in time, and a job that cannot be ended does not keep the others from it", async () => {
  const deps = await embedded([hasty]);
  const elsewhere = await embedded([workflow(task("0"), { name: "lost", timeoutMs: 1 })]);
  const lost = await start({ ...elsewhere, store: deps.store }, "lost");
  const ids = await Promise.all(Array.from({ length: 150 }, () => start(deps, "hasty")));
  const log = startSweeper(deps);
  for (const id of ids) expect(await ended(deps, id)).toMatchObject({ status: "timed_out" });
  expect(await deps.store.jobs.get(lost)).toMatchObject({ status: "pending" });
  expect(log.messages("error")).toContain("a job could not be timed out");
});

test("finished jobs are removed when they are old enough, others never", async () => {
  const deps = await embedded([empty, workflow(task("0"))]);
  const running = await start(deps);
  await Promise.all(Array.from({ length: 150 }, () => start(deps, "empty")));
  startSweeper(deps, { retentionMs: 1 });
  await eventually("the finished ones are gone", async () => (await count(deps)) === 1);
  expect(await deps.store.jobs.get(running)).toMatchObject({ status: "pending" });
});

test("without a retention nothing is removed", async () => {
  const deps = await embedded([empty]);
  const id = await start(deps, "empty");
  startSweeper(deps);
  const probe = await embedded([hasty], { place: deps.place });
  await ended(probe, await start(probe, "hasty")); // some sweeps have passed
  expect(await deps.store.jobs.get(id)).toMatchObject({ status: "completed" });
});

test("the key of a removed job is remembered for its window: a late repetition starts nothing", async () => {
  const deps = await embedded([empty]);
  const ask = { workflow: "empty", input: {}, idempotencyKey: "k" };
  const { id } = await startJob(deps, ask);
  startSweeper(deps, { retentionMs: 1, idempotencyWindowMs: 3_600_000 });
  await eventually("the job is removed", async () => (await deps.store.jobs.get(id)) === undefined);
  expect(await startJob(deps, ask)).toEqual({ id, replayed: true });
  expect(await count(deps)).toBe(0);
  await expect(startJob(deps, { ...ask, input: { other: 1 } })).rejects.toMatchObject({ code: "idempotency_conflict" });
});

test("a job that a person ended meanwhile is left as it is", async () => {
  const deps = await embedded([hasty]);
  const id = await start(deps, "hasty");
  await cancelJob(deps, id, { by: "ada" });
  startSweeper(deps);
  await ended(deps, await start(deps, "hasty"));
  expect(await deps.store.jobs.get(id)).toMatchObject({ status: "terminated" });
});

test("a sweeper that has stopped looks at nothing any more", async () => {
  const deps = await embedded([hasty]);
  const sweeper = new Sweeper(deps, settings, new MemoryLog());
  sweeper.begin();
  await sweeper.stop();
  const id = await start(deps, "hasty");
  const overdue = await eventually("the job is overdue", async () => {
    const ids = await deps.store.jobs.overdue(Date.now() - 200, 10);
    return ids.length > 0 && ids;
  });
  expect(overdue).toEqual([id]);
  expect(await deps.store.jobs.get(id)).toMatchObject({ status: "pending" });

  const attempts = new Attempts(() => success);
  await startWorker(deps, attempts.run);
  expect(await ended(deps, id)).toMatchObject({ status: "timed_out" });
  expect(attempts.begun, "a worker does not even begin it").toEqual([]);
});

test("who gives jobs to workers learns with every sweep which there are, with their beats", async () => {
  const deps = await embedded([hasty]);
  const seen: { id: string; beat: number }[] = [];
  startSweeper(deps, {}, { onWorkers: (rows) => void seen.push(...rows) });
  await deps.store.workers.register(workerInfo("w1"));
  await eventually("it is seen", () => seen.at(-1)?.beat === 1);
  await deps.store.workers.beat({ worker: "w1", beat: 2, room: 7, held: [] });
  await eventually("its beat is seen", () => seen.at(-1)?.beat === 2);
  expect(seen.at(-1)).toMatchObject({ id: "w1", room: 7 });
});

test("a process without heartbeats follows the store's clock by its sweeps", async () => {
  const deps = await embedded([hasty]);
  let aheadMs = 0;
  const clock = await StoreClock.startedFrom({ clock: async () => (await deps.store.housekeeping.clock()) + aheadMs });
  startSweeper(deps, {}, { clock });
  aheadMs = 60_000;
  await eventually("it is corrected", () => clock.nowMs - Date.now() > 59_000);
});

test("who has jobs waiting and no worker is told what to do, once for as long as it lasts", () => {
  const waiting = { writable: true, waitingSince: 1000, liveWorkers: 0 };
  const log = new MemoryLog();
  const watch = new WaitingWatch(log);
  watch.look(waiting, 30_999);
  watch.look({ ...waiting, liveWorkers: 1 }, 99_000);
  watch.look({ ...waiting, waitingSince: undefined }, 99_000);
  expect(log.messages("warn")).toEqual([]);
  watch.look(waiting, 31_000);
  watch.look(waiting, 32_000);
  expect(log.messages("warn")).toEqual([
    expect.stringMatching(/for 30 s and no worker is running: start one with "workflows worker"/),
  ]);
});

/** A store whose looks at workers and at overdue jobs are counted. */
function counted(deps: Embedded): { readonly deps: Embedded; readonly looks: { workers: number; overdue: number } } {
  const looks = { workers: 0, overdue: 0 };
  const { jobs, workers } = deps.store;
  const store = {
    ...deps.store,
    workers: { ...workers, list: () => ((looks.workers += 1), workers.list()) },
    jobs: { ...jobs, overdue: (nowMs: number, limit: number) => ((looks.overdue += 1), jobs.overdue(nowMs, limit)) },
  };
  return { deps: { ...deps, store }, looks };
}

test("beside many workers a process looks less often, one that gives jobs to workers knows them with every sweep", async () => {
  const site = await embedded([hasty]);
  for (const id of ["a", "b", "c", "d", "e"]) await site.store.workers.register(workerInfo(id));
  const sharing = counted(site);
  const giving = counted(site);
  startSweeper(giving.deps, {}, { onWorkers: () => undefined });
  startSweeper(sharing.deps);
  await eventually("both have swept", () => Math.min(sharing.looks.workers, sharing.looks.overdue) >= 5);
  expect(sharing.looks.workers).toBeLessThan(0.75 * giving.looks.workers);
  expect(sharing.looks.overdue).toBeLessThan(0.5 * giving.looks.workers);
});

test("silent workers lose their jobs to others also while the rest of a sweep takes for ever", async () => {
  const deps = await embedded([hasty]);
  const id = await start(deps, "hasty");
  await deps.store.workers.register(workerInfo("silent", { leaseMs: 200 }));
  await claimed(deps.store, by("silent", { nowMs: Date.now() }));
  const { promise: released, resolve: release } = Promise.withResolvers<string[]>();
  let looking = false;
  const overdue = (): Promise<string[]> => ((looking = true), released);
  const store = { ...deps.store, jobs: { ...deps.store.jobs, overdue } };
  startSweeper({ ...deps, store }, { leaseMs: 200 });
  onTestFinished(() => release([]));
  await eventually("the rest hangs", () => looking);
  await deps.store.workers.register(workerInfo("another", { leaseMs: 200 }));
  await eventually("both are gone", async () => (await deps.store.workers.list()).length === 0);
  expect(await deps.store.jobs.get(id)).toMatchObject({ lost: 1 });
});
