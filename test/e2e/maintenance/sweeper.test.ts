import { expect, test } from "vitest";
import { cancelJob } from "../../../src/jobs/actions/cancel.ts";
import { startJob } from "../../../src/jobs/start.ts";
import { StoreClock } from "../../../src/jobs/store-clock.ts";
import { unattendedJobs } from "../../../src/jobs/unattended.ts";
import { Sweeper, type SweeperHelp, type SweeperSettings } from "../../../src/maintenance/sweeper.ts";
import { UnattendedWatch } from "../../../src/maintenance/unattended-watch.ts";
import type { Hint } from "../../../src/notifier/notifier.ts";
import { type Embedded, embedded } from "../../support/embedded.ts";
import { eventually } from "../../support/eventually.ts";
import { workerInfo } from "../../support/jobs.ts";
import { onTestFinished } from "../../support/on-test-finished.ts";
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
  return (await deps.store.search.find({ limit: 200 })).jobs.length;
}

test.concurrent("jobs over their time-out end, also where nobody holds them", async () => {
  const deps = await embedded([hasty]);
  startSweeper(deps);
  expect(await ended(deps, await start(deps, "hasty"))).toMatchObject({
    status: "timed_out",
    error: { code: "timed_out" },
  });
});

test.concurrent("jobs over their time-out end under a worker that does not see to it, and the worker is told", async () => {
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

test.concurrent("more jobs than fit one look end in time; as many that cannot be decided are failed, and keep none from it", async () => {
  const deps = await embedded([hasty]);
  const elsewhere = await embedded([workflow(task("0"), { name: "lost", timeoutMs: 1 })]);
  const of = (name: string, where: Embedded) => Promise.all(Array.from({ length: 101 }, () => start(where, name)));
  const lost = await of("lost", { ...elsewhere, store: deps.store });
  const ids = await of("hasty", deps);
  const log = startSweeper(deps);
  for (const id of ids) expect(await ended(deps, id)).toMatchObject({ status: "timed_out" });
  for (const id of lost)
    expect(await ended(deps, id)).toMatchObject({
      status: "failed",
      error: {
        code: "definition_missing",
        message: expect.stringContaining("The store lacks workflow lost version 1") as string,
      },
    });
  expect(log.messages("error")).toContain("a job could not be continued");
});

test.concurrent("finished jobs are removed when they are old enough, others never", async () => {
  const deps = await embedded([empty, workflow(task("0"))]);
  const running = await start(deps);
  await Promise.all(Array.from({ length: 150 }, () => start(deps, "empty")));
  startSweeper(deps, { retentionMs: 1 });
  await eventually("the finished ones are gone", async () => (await count(deps)) === 1);
  expect(await deps.store.jobs.get(running)).toMatchObject({ status: "pending" });
});

test.concurrent("without a retention nothing is removed", async () => {
  const deps = await embedded([empty]);
  const id = await start(deps, "empty");
  startSweeper(deps);
  const probe = await embedded([hasty], { place: deps.place });
  await ended(probe, await start(probe, "hasty")); // some sweeps have passed
  expect(await deps.store.jobs.get(id)).toMatchObject({ status: "completed" });
});

test.concurrent("the key of a removed job is remembered for its window: a late repetition starts nothing", async () => {
  const deps = await embedded([empty]);
  const ask = { workflow: "empty", input: {}, idempotencyKey: "k" };
  const { id } = await startJob(deps, ask);
  startSweeper(deps, { retentionMs: 1, idempotencyWindowMs: 3_600_000 });
  await eventually("the job is removed", async () => (await deps.store.jobs.get(id)) === undefined);
  expect(await startJob(deps, ask)).toEqual({ id, replayed: true });
  expect(await count(deps)).toBe(0);
  await expect(startJob(deps, { ...ask, input: { other: 1 } })).rejects.toMatchObject({ code: "idempotency_conflict" });
});

test.concurrent("a job that a person ended meanwhile is left as it is", async () => {
  const deps = await embedded([hasty]);
  const id = await start(deps, "hasty");
  await cancelJob(deps, id, { by: "ada" });
  startSweeper(deps);
  await ended(deps, await start(deps, "hasty"));
  expect(await deps.store.jobs.get(id)).toMatchObject({ status: "terminated" });
});

test.concurrent("a sweeper that has stopped looks at nothing any more", async () => {
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

test.concurrent("who gives jobs to workers learns with every sweep which there are, with their beats", async () => {
  const deps = await embedded([hasty]);
  const seen: { id: string; beat: number }[] = [];
  startSweeper(deps, {}, { onWorkers: (rows) => void seen.push(...rows) });
  await deps.store.workers.register(workerInfo("w1"));
  await eventually("it is seen", () => seen.at(-1)?.beat === 1);
  await deps.store.workers.beat({ worker: "w1", beat: 2, room: 7, held: [] });
  await eventually("its beat is seen", () => seen.at(-1)?.beat === 2);
  expect(seen.at(-1)).toMatchObject({ id: "w1", room: 7 });
});

test.concurrent("a process without heartbeats follows the store's clock by its sweeps", async () => {
  const deps = await embedded([hasty]);
  let aheadMs = 0;
  const clock = await StoreClock.startedFrom({ clock: async () => (await deps.store.housekeeping.clock()) + aheadMs });
  startSweeper(deps, {}, { clock });
  aheadMs = 60_000;
  await eventually("it is corrected", () => clock.nowMs - Date.now() > 59_000);
});

test.concurrent("who has jobs waiting that nobody takes is told what to do, once for as long as it is about the same jobs", async () => {
  const { store, ...deps } = await embedded([{ ...hasty, topic: "reports" }]);
  const log = new MemoryLog();
  const watch = new UnattendedWatch(log);
  const at = Date.now();
  const look = async (afterMs: number): Promise<void> => {
    const nowMs = at + afterMs;
    watch.look(await unattendedJobs(store, await store.housekeeping.health(nowMs), nowMs));
  };
  await look(99_000);
  await start({ ...deps, store }, "hasty");
  await look(29_000);
  expect(log.messages("warn")).toEqual([]);
  await look(40_000);
  await look(41_000);
  expect(log.messages("warn")).toEqual([expect.stringMatching(/for \d+ s and no worker is running: start one/)]);
  await store.workers.register(workerInfo("w1", { takes: { topics: ["default"] } }));
  await look(42_000);
  await look(43_000);
  expect(log.messages("warn").slice(1)).toEqual([
    expect.stringMatching(/no running worker takes them: hasty \(topic reports\)\. Let one do so/),
  ]);
  await store.workers.register(workerInfo("w2", { takes: {} }));
  await look(44_000);
  await store.workers.expire("w2", 1, at);
  await look(45_000);
  expect(log.messages("warn")).toHaveLength(3);
});

/** Counts the looks for overdue jobs, which find none at once: how often they come does not hang on how long they take. */
async function countingLooks(...workers: readonly string[]): Promise<{ readonly looks: () => number }> {
  const { store, ...deps } = await embedded([hasty]);
  for (const id of workers) await store.workers.register(workerInfo(id));
  let looked = 0;
  const overdue = async (): Promise<string[]> => {
    looked += 1;
    return [];
  };
  startSweeper({ ...deps, store: { ...store, jobs: { ...store.jobs, overdue, owing: async () => [] } } });
  return { looks: () => looked };
}

test.concurrent("beside many workers a process looks for overdue jobs less often", async () => {
  const alone = await countingLooks();
  const crowded = await countingLooks("a", "b", "c", "d", "e");
  const before = { alone: alone.looks(), crowded: crowded.looks() };
  await eventually("both have swept", () => crowded.looks() - before.crowded >= 10);
  expect(crowded.looks() - before.crowded).toBeLessThan(0.75 * (alone.looks() - before.alone));
});

test.concurrent("silent workers lose their jobs to others also while the rest of a sweep takes for ever", async () => {
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
