import { expect, test } from "vitest";
import { never } from "../../../../src/model/job/job.ts";
import {
  changeOf,
  completionOf,
  jobIdOf,
  jobOfWorkflow,
  leasedJob,
  pendingJob,
  testTime,
} from "../../../support/jobs.ts";
import { expectCounts } from "../../../support/store/counted.ts";
import { by, claimed, type FreshStore, insertAll, registered } from "../../../support/store/fresh-store.ts";

// That no other write forgets the counts is asserted at the end of every test of the contract (topics.ts).

export function counting(freshStore: FreshStore): void {
  test("jobs are counted by workflow, status and what they wait for, through all that happens to them", async () => {
    const { store, connect } = await freshStore();
    await registered(store, "w1", "w2");
    await expectCounts(store, []);
    const a = leasedJob("a", "w1", { waiting: "worker" });
    const b = pendingJob("b", { waiting: "start", bodyDigest: "b" });
    await insertAll(store, [a, b, jobOfWorkflow("part", "c", { waiting: "event", readyAt: never })]);
    await store.jobs.insert([b]);
    await expectCounts(store, [
      ["greet", "running", undefined, 1],
      ["greet", "pending", "start", 1],
      ["part", "pending", "event", 1],
    ]);

    await claimed(store, by("w2"));
    await expectCounts(store, [
      ["greet", "running", undefined, 2],
      ["part", "pending", "event", 1],
    ]);

    await store.jobs.release("w2", [{ id: b.job.id, fence: 1 }]);
    await store.workers.expire("w1", 1, testTime);
    await expectCounts(store, [
      ["greet", "pending", "worker_lost", 1],
      ["greet", "pending", "start", 1],
      ["part", "pending", "event", 1],
    ]);

    const paused = changeOf({ ...b.job, version: 3 }, { status: "paused", readyAt: never, waiting: "paused" });
    const ended = completionOf({ ...a.job, version: 2 });
    const conflict = completionOf({ ...a.job, version: 99 });
    await store.jobs.commit([paused, ended, conflict]);
    await expectCounts(store, [
      ["greet", "completed", undefined, 1],
      ["greet", "paused", "paused", 1],
      ["part", "pending", "event", 1],
    ]);

    const second = await connect();
    const removal = { id: a.job.id, expectedVersion: 3, idempotencyWindowMs: 0, nowMs: testTime };
    await second.housekeeping.remove(removal);
    await second.jobs.commit([completionOf({ ...b.job, version: 4 }, { removal: { keyUntil: testTime + 1 } })]);
    await expectCounts(store, [["part", "pending", "event", 1]]);
    expect(await second.search.counts({ workflow: "part" })).toEqual({
      counts: [{ workflow: "part", status: "pending", waiting: "event", jobs: 1 }],
    });
    expect(await second.search.counts({ workflow: "greet" })).toEqual({ counts: [] });
  });

  test("what several processes write at once is counted once each", async () => {
    const { store, connect } = await freshStore();
    const stores = [store, await connect(), await connect()];
    await Promise.all(
      stores.map(async (one, at) => {
        for (let round = 0; round < 5; round++) {
          const jobs = Array.from({ length: 20 }, (_, index) => pendingJob(`${at} ${round} ${index}`));
          await insertAll(one, jobs);
          await one.jobs.commit(jobs.slice(0, 7).map(({ job }) => completionOf(job)));
        }
      }),
    );
    await expectCounts(store, [
      ["greet", "pending", undefined, 195],
      ["greet", "completed", undefined, 105],
    ]);
  });

  test("jobs that a surrendered worker held, or that are pruned, are counted as they are then", async () => {
    const { store } = await freshStore();
    await registered(store, "w1");
    const ended = pendingJob("ended", { waiting: "worker" });
    await insertAll(store, [leasedJob("held", "w1", { waiting: "retry" }), ended]);
    await store.jobs.commit([completionOf(ended.job, { status: "failed" })]);
    await store.workers.surrender("w1");
    await expectCounts(store, [
      ["greet", "pending", "retry", 1],
      ["greet", "failed", undefined, 1],
    ]);
    await store.housekeeping.prune({
      finishedBeforeMs: testTime + 1,
      idempotencyWindowMs: 0,
      nowMs: testTime,
      limit: 10,
    });
    await expectCounts(store, [["greet", "pending", "retry", 1]]);
    expect(await store.jobs.get(jobIdOf("ended"))).toBeUndefined();
  });
}
