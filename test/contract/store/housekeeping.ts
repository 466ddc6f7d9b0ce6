import { expect, test } from "vitest";
import {
  changeOf,
  completedJob,
  completionOf,
  jobIdOf,
  jobOfWorkflow,
  leasedJob,
  pendingJob,
  testTime,
} from "../../support/jobs.ts";
import { by, claimed, type FreshStore, insertAll, registered } from "../../support/store/fresh-store.ts";

const hourMs = 3_600_000;

export function housekeeping(freshStore: FreshStore): void {
  const prune = { finishedBeforeMs: testTime, idempotencyWindowMs: 0, nowMs: testTime, limit: 1000 };

  test("jobs that ended before the given time are removed with everything of theirs, no others", async () => {
    const { store } = await freshStore();
    await insertAll(store, [
      completedJob("old", { createdAt: testTime - 10, input: { blob: "x".repeat(100_000) } }),
      completedJob("just", { createdAt: testTime }),
      pendingJob("living", { createdAt: testTime - 10 }),
    ]);
    expect(await store.housekeeping.prune(prune)).toBe(1);
    expect(await store.jobs.get(jobIdOf("old"))).toBeUndefined();
    expect(await store.jobs.history(jobIdOf("old"))).toBeUndefined();
    expect(await store.jobs.get(jobIdOf("just"))).toBeDefined();
    expect(await store.jobs.get(jobIdOf("living"))).toBeDefined();
    expect((await store.search.find({ limit: 10 })).jobs).toHaveLength(2);
    expect(await store.housekeeping.prune(prune)).toBe(0);
  });

  test("a job is kept by the time of its end, not of its start", async () => {
    const { store } = await freshStore();
    const { job, history } = pendingJob("a", { createdAt: testTime - 1000 });
    await insertAll(store, [{ job, history }]);
    await store.jobs.commit([completionOf(job, { finishedAt: testTime })]);
    expect(await store.housekeeping.prune(prune)).toBe(0);
    expect(await store.housekeeping.prune({ ...prune, finishedBeforeMs: testTime + 1 })).toBe(1);
  });

  test("no more than the limit is removed at a time, the oldest ends first", async () => {
    const { store } = await freshStore();
    await insertAll(
      store,
      Array.from({ length: 300 }, (_, index) => completedJob(`job ${index}`, { createdAt: testTime - 1000 + index })),
    );
    expect(await store.housekeeping.prune({ ...prune, limit: 120 })).toBe(120);
    expect(await store.jobs.get(jobIdOf("job 119"))).toBeUndefined();
    expect(await store.jobs.get(jobIdOf("job 120"))).toBeDefined();
    expect(await store.housekeeping.prune({ ...prune, limit: 1000 })).toBe(180);
  });

  test("a job that is started under the id of a pruned one begins without the old one's parts", async () => {
    const { store } = await freshStore();
    const input = (letter: string) => ({ blob: letter.repeat(100_000) });
    await insertAll(store, [completedJob("a", { createdAt: testTime - 10, input: input("x") })]);
    await store.housekeeping.prune(prune);
    const { job } = pendingJob("a", { tasks: [], input: input("y") });
    await insertAll(store, [{ job, history: [] }]);
    expect(await store.jobs.get(job.id)).toEqual(job);
    expect(await store.jobs.history(job.id)).toEqual([]);
  });

  test("one final job is removed with everything of theirs whenever it ended, under its version only", async () => {
    const { store } = await freshStore();
    const input = { blob: "x".repeat(100_000) };
    await insertAll(store, [completedJob("a", { input }), completedJob("b"), pendingJob("living")]);
    const remove = (name: string, expectedVersion: number): Promise<boolean> =>
      store.housekeeping.remove({ id: jobIdOf(name), expectedVersion, idempotencyWindowMs: 0, nowMs: testTime });
    expect(await remove("living", 1)).toBe(false);
    expect(await remove("nobody", 1)).toBe(false);
    expect(await remove("a", 2)).toBe(false);
    expect(await store.jobs.get(jobIdOf("a"))).toMatchObject({ input });
    expect(await remove("a", 1)).toBe(true);
    expect(await remove("a", 1)).toBe(false);
    expect(await store.jobs.get(jobIdOf("a"))).toBeUndefined();
    expect(await store.jobs.history(jobIdOf("a"))).toBeUndefined();
    expect((await store.search.find({ limit: 10 })).jobs).toHaveLength(2);
    await insertAll(store, [pendingJob("a")]);
    expect(await store.jobs.get(jobIdOf("a"))).toEqual(pendingJob("a").job);
  });

  test("a job with a key that is removed keeps its key taken until the window is over", async () => {
    const { store } = await freshStore();
    await insertAll(store, [completedJob("a", { bodyDigest: "one" })]);
    const ask = { id: jobIdOf("a"), expectedVersion: 1, idempotencyWindowMs: 1000, nowMs: testTime };
    expect(await store.housekeeping.remove(ask)).toBe(true);
    expect(await store.jobs.get(ask.id)).toBeUndefined();
    const again = (createdAt: number) => store.jobs.insert([pendingJob("a", { createdAt, bodyDigest: "two" })]);
    expect(await again(testTime + 999)).toEqual([{ kind: "exists", bodyDigest: "one" }]);
    expect(await again(testTime + 1000)).toEqual([{ kind: "inserted", leased: false }]);
  });

  test("keys whose time is over are forgotten, so many at a time, and no others", async () => {
    const { store } = await freshStore();
    const names = Array.from({ length: 7 }, (_, index) => `job ${index}`);
    const bodyDigest = "one";
    await insertAll(
      store,
      names.map((name, index) => completedJob(name, { createdAt: testTime + index, bodyDigest })),
    );
    for (const name of names)
      await store.housekeeping.remove({
        id: jobIdOf(name),
        expectedVersion: 1,
        idempotencyWindowMs: hourMs,
        nowMs: testTime,
      });
    const forget = (afterMs: number, limit = 10): Promise<number> =>
      store.housekeeping.forgetKeys(testTime + hourMs + afterMs, limit);
    expect(await forget(-1)).toBe(0);
    expect(await forget(4, 2)).toBe(2);
    expect(await forget(4)).toBe(3);
    expect(await forget(4)).toBe(0);
    const last = pendingJob("job 6", { createdAt: testTime + hourMs + 5, bodyDigest });
    expect(await store.jobs.insert([last])).toEqual([{ kind: "exists", bodyDigest }]);
  });

  test("a job that is begun anew while it is removed is either whole or gone", async () => {
    const { store, connect } = await freshStore();
    const other = await connect();
    const input = { blob: "x".repeat(100_000) };
    for (let round = 0; round < 20; round += 1) {
      const { job, history } = completedJob(`job ${round}`, { input });
      await insertAll(store, [{ job, history }]);
      const renewal = { fence: 1, run: 2, workflow: job.workflow, tasks: "replaced" } as const;
      const { finishedAt: _finishedAt, ...change } = changeOf(job, { readyAt: testTime, renewal }).change;
      const ask = { finishedBeforeMs: testTime + 1, idempotencyWindowMs: 0, nowMs: Date.now() + 60_000, limit: 10 };
      const [[answer]] = await Promise.all([
        other.jobs.commit([{ change, expectedVersion: 1 }]),
        round % 2 === 0
          ? store.housekeeping.prune(ask)
          : store.housekeeping.remove({ ...ask, id: job.id, expectedVersion: 1 }),
      ]);
      const found = await store.jobs.get(job.id);
      if (answer?.kind === "committed") expect(found).toMatchObject({ run: 2, input });
      else expect([answer, found]).toEqual([{ kind: "gone" }, undefined]);
    }
  });

  test("jobs whose overall time-out has come are told, leased or not, no final ones", async () => {
    const { store } = await freshStore();
    await registered(store, "w1");
    await insertAll(store, [
      pendingJob("due", { deadlineAt: testTime, readyAt: testTime + 99 }),
      leasedJob("held", "w1", { deadlineAt: testTime - 1 }),
      pendingJob("later", { deadlineAt: testTime + 1 }),
      pendingJob("never"),
      completedJob("ended", { deadlineAt: testTime - 5 }),
    ]);
    expect((await store.jobs.overdue(testTime, 10)).sort()).toEqual([jobIdOf("due"), jobIdOf("held")].sort());
    expect(await store.jobs.overdue(testTime, 1)).toHaveLength(1);
  });

  test("health tells since when the longest-waiting job has been ready, and how many workers live", async () => {
    const { store } = await freshStore();
    expect(await store.housekeeping.health(testTime)).toEqual({
      writable: true,
      waitingSince: undefined,
      liveWorkers: 0,
    });
    await registered(store, "w1", "w2");
    await insertAll(store, [
      jobOfWorkflow("b", "recent", { readyAt: testTime - 5 }),
      jobOfWorkflow("c", "oldest", { readyAt: testTime - 50 }),
      jobOfWorkflow("a", "later", { readyAt: testTime + 5 }),
      leasedJob("held", "w1", { readyAt: testTime - 500 }),
      completedJob("ended", { createdAt: testTime - 5000 }),
    ]);
    const health = await store.housekeeping.health(testTime);
    expect(health).toEqual({ writable: true, waitingSince: testTime - 50, liveWorkers: 2 });
    await claimed(store, by("w1"));
    expect((await store.housekeeping.health(testTime)).waitingSince).toBeUndefined();
  });
}
