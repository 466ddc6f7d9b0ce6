import { expect, onTestFinished, test } from "vitest";
import { JobWatch } from "../../../../src/jobs/watch/job-watch.ts";
import { OwnChanges } from "../../../../src/jobs/watch/own-changes.ts";
import { WatchedElsewhere } from "../../../../src/jobs/watch/watched-elsewhere.ts";
import type { JobId } from "../../../../src/model/ids.ts";
import { InProcessNotifier } from "../../../../src/notifier/in-process.ts";
import type { Hint } from "../../../../src/notifier/notifier.ts";
import { jobIdOf, pendingJob } from "../../../support/jobs.ts";
import { MemoryLog } from "../../../support/worker/memory-log.ts";

const soonMs = 10_000;

/** A watch over versions that a test sets, as another process's commits would. */
function site() {
  const versions = new Map<JobId, number>();
  const looks: (readonly JobId[])[] = [];
  let isBroken = false;
  const search = {
    versions: async (ids: readonly JobId[]) => {
      looks.push(ids);
      if (isBroken) throw new Error("not now");
      return new Map([...versions].filter(([id]) => ids.includes(id)));
    },
  };
  const notifier = new InProcessNotifier();
  const said: Hint[] = [];
  notifier.subscribe((hint) => said.push(hint));
  const changes = new OwnChanges();
  const log = new MemoryLog();
  const watch = new JobWatch({ search, notifier, changes, log });
  onTestFinished(() => watch.stop());
  const breakSearch = (broken: boolean): void => void (isBroken = broken);
  return { watch, versions, looks, notifier, said, changes, log, breakSearch };
}

test("what this process commits wakes the watchers of that job at once, with the job; a removal too", async () => {
  const { watch, changes } = site();
  const { job } = pendingJob("a");
  const watching = watch.watch(job.id);
  const others = watch.watch(jobIdOf("b"));
  const woken = watching.changed(soonMs);
  changes.tell({ job });
  expect(await woken).toBe(true);
  expect(watching.seen).toEqual({ job });
  changes.tell({ job, removed: true });
  expect(watching.seen?.removed).toBe(true);
  expect(others.seen).toBeUndefined();
});

test("a look finds what no hint told of: a new version, a job that came, one that went; and a store that fails is asked again", async () => {
  const { watch, versions, log, breakSearch } = site();
  const id = jobIdOf("a");
  const watching = watch.watch(id);
  await watching.changed(soonMs); // the first look: nobody knows what was before
  versions.set(id, 1);
  expect(await watching.changed(soonMs)).toBe(true);
  breakSearch(true);
  versions.set(id, 2);
  expect(await watching.changed(300)).toBe(false);
  expect(log.lines).toHaveLength(1);
  breakSearch(false);
  expect(await watching.changed(soonMs)).toBe(true);
  versions.delete(id);
  expect(await watching.changed(soonMs)).toBe(true);
});

test("all jobs are looked at in one read, or a few", async () => {
  const { watch, looks } = site();
  const all = Array.from({ length: 300 }, (_, index) => watch.watch(jobIdOf(String(index))));
  await Promise.all(all.map((watching) => watching.changed(soonMs)));
  expect(looks.length).toBeLessThanOrEqual(3); // of 300 jobs, on a busy machine too
});

test("hints wake: those that name the job, and those that say that anything may have changed", async () => {
  const { watch, notifier, versions } = site();
  const [a, b] = [jobIdOf("a"), jobIdOf("b")];
  const [first, second] = [watch.watch(a), watch.watch(b)];
  await Promise.all([first.changed(soonMs), second.changed(soonMs)]);
  notifier.publish({ kind: "progressed", to: notifier.address, jobs: [a] });
  expect(await first.changed(0)).toBe(true);
  expect(await second.changed(0)).toBe(false);
  versions.set(b, 5);
  notifier.publish({ kind: "changed" });
  expect(await second.changed(soonMs)).toBe(true);
});

test("without watchers nobody is asked and nothing is said", async () => {
  const { watch, looks, said, notifier, changes } = site();
  const watching = watch.watch(jobIdOf("a"));
  await watching.changed(soonMs);
  expect(said).toEqual([{ kind: "watching", at: notifier.address, jobs: [jobIdOf("a")] }]);
  const waiting = watching.changed(soonMs);
  watching.end();
  await waiting; // is not kept
  const before = looks.length;
  notifier.publish({ kind: "changed" });
  changes.tell({ job: pendingJob("a").job });
  await watching.changed(200);
  expect(looks).toHaveLength(before);
  expect(watching.seen).toBeUndefined();
});

test("of jobs that are watched at other processes each is told of, and of no more than fit into memory", () => {
  const notifier = new InProcessNotifier();
  const changes = new OwnChanges();
  const elsewhere = new WatchedElsewhere(notifier, changes);
  onTestFinished(() => elsewhere.stop());
  const said: Hint[] = [];
  notifier.subscribe((hint) => said.push(hint));
  const { job } = pendingJob("a");
  changes.tell({ job });
  expect(said).toEqual([]);
  for (const at of ["p", "q", notifier.address]) notifier.publish({ kind: "watching", at, jobs: [job.id] });
  said.length = 0;
  changes.tell({ job });
  expect(said).toEqual(["p", "q"].map((to) => ({ kind: "progressed", to, jobs: [job.id] })));
  const many = Array.from({ length: 50_000 }, (_, index) => `job ${index}`);
  notifier.publish({ kind: "watching", at: "p", jobs: many });
  said.length = 0;
  changes.tell({ job });
  expect(said).toEqual([]);
});
