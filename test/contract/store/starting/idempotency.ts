import { expect, test } from "vitest";
import { completedJob, leasedJob, pendingJob, testTime } from "../../../support/jobs.ts";
import { type FreshStore, insertAll, registered, stored } from "../../../support/store/fresh-store.ts";

const dayMs = 24 * 60 * 60 * 1000;

export function idempotency(freshStore: FreshStore): void {
  test("a second start under the same id changes nothing and tells the digest of the first", async () => {
    const { store } = await freshStore();
    await registered(store, "w1");
    const first = pendingJob("a", { bodyDigest: "one" });
    await insertAll(store, [first]);
    const second = leasedJob("a", "w1", { bodyDigest: "two", input: { other: true } });
    expect(await store.jobs.insert([second])).toEqual([{ kind: "exists", bodyDigest: "one" }]);
    expect(await stored(store, first.job.id)).toEqual(first.job);
    expect(await store.jobs.history(first.job.id)).toEqual(first.history);
  });

  test("of two starts under one id in one batch, one is inserted", async () => {
    const { store } = await freshStore();
    const start = pendingJob("a", { bodyDigest: "one" });
    expect(await store.jobs.insert([start, start])).toEqual([
      { kind: "inserted", leased: false },
      { kind: "exists", bodyDigest: "one" },
    ]);
  });

  test("of two starts under one id in one batch with different bodies, the second is told the digest of the first", async () => {
    const { store } = await freshStore();
    const [first, second] = [pendingJob("a", { bodyDigest: "one" }), pendingJob("a", { bodyDigest: "two" })];
    expect(await store.jobs.insert([first, second])).toEqual([
      { kind: "inserted", leased: false },
      { kind: "exists", bodyDigest: "one" },
    ]);
  });

  test("of many starts under one id through two connections at once, one is inserted", async () => {
    const { store, connect } = await freshStore();
    const other = await connect();
    const start = pendingJob("a", { bodyDigest: "one" });
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? store : other).jobs.insert([start])),
    );
    expect(answers.flat().filter(({ kind }) => kind === "inserted")).toHaveLength(1);
    expect(answers.flat().filter(({ kind }) => kind === "exists")).toHaveLength(19);
  });

  test("a start without a key that is repeated exists without a digest", async () => {
    const { store } = await freshStore();
    await insertAll(store, [pendingJob("a")]);
    expect(await store.jobs.insert([pendingJob("a")])).toEqual([{ kind: "exists", bodyDigest: undefined }]);
  });

  test("a pruned job with a key still answers its digest until the window is over", async () => {
    const { store } = await freshStore();
    await insertAll(store, [completedJob("a", { bodyDigest: "one" })]);
    const nowMs = testTime + 1000;
    const ask = { finishedBeforeMs: nowMs, idempotencyWindowMs: dayMs, nowMs, limit: 10 };
    expect(await store.housekeeping.prune(ask)).toBe(1);
    const late = pendingJob("a", { bodyDigest: "one", createdAt: testTime + dayMs - 1 });
    expect(await store.jobs.get(late.job.id)).toBeUndefined();
    expect(await store.jobs.insert([late])).toEqual([{ kind: "exists", bodyDigest: "one" }]);
    const later = pendingJob("a", { bodyDigest: "two", createdAt: testTime + dayMs + 1 });
    expect(await store.jobs.insert([later])).toEqual([{ kind: "inserted", leased: false }]);
  });

  test("a pruned job without a key leaves nothing behind", async () => {
    const { store } = await freshStore();
    await insertAll(store, [completedJob("a")]);
    await store.housekeeping.prune({
      finishedBeforeMs: testTime + 1,
      idempotencyWindowMs: dayMs,
      nowMs: testTime + 1,
      limit: 10,
    });
    await insertAll(store, [pendingJob("a")]);
  });

  test("a job that is pruned, started anew and pruned again is told by its newest tombstone", async () => {
    const { store } = await freshStore();
    const prune = (nowMs: number): Promise<number> =>
      store.housekeeping.prune({ finishedBeforeMs: nowMs, idempotencyWindowMs: dayMs, nowMs, limit: 10 });
    await insertAll(store, [completedJob("a", { bodyDigest: "one" })]);
    await prune(testTime + 1);
    const createdAt = testTime + 2 * dayMs;
    await insertAll(store, [completedJob("a", { bodyDigest: "two", createdAt })]);
    await prune(createdAt + 1);
    const [answer] = await store.jobs.insert([pendingJob("a", { createdAt: createdAt + 2 })]);
    expect(answer).toEqual({ kind: "exists", bodyDigest: "two" });
  });
}
