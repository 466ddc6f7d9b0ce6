import { expect, test } from "vitest";
import { never } from "../../../src/model/job/job.ts";
import { lostDelay } from "../../../src/store/suspects.ts";
import { changeOf, completionOf, jobIdOf, leasedJob, pendingJob, testTime, workerInfo } from "../../support/jobs.ts";
import { by, claimed, type FreshStore, insertAll, registered, stored } from "../../support/store/fresh-store.ts";

export function leases(freshStore: FreshStore): void {
  test("a registered worker is listed with beat 1, room for all that it runs at once, and what it told of itself", async () => {
    const { store, connect } = await freshStore();
    const info = workerInfo("w1", { host: "h/b/p", pid: 77, pidStart: "123", concurrency: 5 });
    await store.workers.register(info);
    expect(await (await connect()).workers.list()).toEqual([{ ...info, beat: 1, room: 5 }]);
  });

  test("an acknowledged beat is seen by others, and tells the store's time", async () => {
    const { store, connect } = await freshStore();
    await registered(store, "w1");
    const answer = await store.workers.beat({ worker: "w1", beat: 2, room: 3, held: [] });
    expect(answer).toMatchObject({ kind: "alive", gone: [], nowMs: expect.any(Number) });
    expect(await (await connect()).workers.list()).toMatchObject([{ beat: 2, room: 3 }]);
  });

  test("a beat tells which jobs are not the worker's any more", async () => {
    const { store } = await freshStore();
    await registered(store, "w1");
    await insertAll(store, [leasedJob("kept", "w1"), leasedJob("ended", "w1"), leasedJob("moved", "w1")]);
    await store.jobs.commit([completionOf(await stored(store, jobIdOf("ended")), { status: "terminated" })]);
    await store.jobs.release("w1", [{ id: jobIdOf("moved"), fence: 1 }]);
    await claimed(store, by("w1"));
    const held = ["kept", "ended", "moved", "never stored"].map((name) => ({
      id: jobIdOf(name),
      fence: 1,
      version: 1,
    }));
    const answer = await store.workers.beat({ worker: "w1", beat: 2, room: 0, held });
    expect(answer).toMatchObject({ gone: ["ended", "moved", "never stored"].map(jobIdOf) });
  });

  test("of each worker it is told how many jobs carry its lease", async () => {
    const { store } = await freshStore();
    await registered(store, "w1", "w2", "w3");
    expect(await store.workers.holding()).toEqual(new Map());
    await insertAll(store, [leasedJob("a", "w1"), leasedJob("b", "w1"), leasedJob("c", "w2"), pendingJob("free")]);
    expect(await store.workers.holding()).toEqual(
      new Map([
        ["w1", 2],
        ["w2", 1],
      ]),
    );
    await store.jobs.release("w1", [{ id: jobIdOf("a"), fence: 1 }]);
    await store.jobs.commit([completionOf(await stored(store, jobIdOf("c")))]);
    expect(await store.workers.holding()).toEqual(new Map([["w1", 1]]));
  });

  test("a beat tells which jobs others changed: those that have another version than the worker knows", async () => {
    const { store } = await freshStore();
    await registered(store, "w1");
    await insertAll(store, [leasedJob("kept", "w1"), leasedJob("paused", "w1"), leasedJob("own", "w1")]);
    const paused = await stored(store, jobIdOf("paused"));
    await store.jobs.commit([changeOf(paused, { status: "paused", readyAt: never, lease: "keep" })]);
    await store.jobs.commit([changeOf(await stored(store, jobIdOf("own")))]);
    const held = Object.entries({ kept: 1, paused: 1, own: 2 }).map(([name, version]) => {
      return { id: jobIdOf(name), fence: 1, version };
    });
    const answer = await store.workers.beat({ worker: "w1", beat: 2, room: 0, held });
    expect(answer).toMatchObject({ gone: [], changed: [jobIdOf("paused")] });
  });

  test("a worker whose incarnation was ended is refused at its next beat and its next claim", async () => {
    const { store } = await freshStore();
    await registered(store, "w1");
    await store.workers.expire("w1", 1, testTime);
    expect(await store.workers.beat({ worker: "w1", beat: 2, room: 0, held: [] })).toEqual({ kind: "expired" });
    expect(await store.jobs.claim(by("w1"))).toEqual({ kind: "expired" });
    expect(await store.workers.list()).toEqual([]);
  });

  test("a worker that has beaten meanwhile is not expired", async () => {
    const { store } = await freshStore();
    await registered(store, "w1");
    await insertAll(store, [leasedJob("a", "w1")]);
    await store.workers.beat({ worker: "w1", beat: 2, room: 0, held: [] });
    expect(await store.workers.expire("w1", 1, testTime)).toBeUndefined();
    expect((await stored(store, jobIdOf("a"))).lease).toEqual({ worker: "w1", fence: 1 });
    expect(await store.workers.list()).toHaveLength(1);
  });

  test("of several that expire one incarnation, one does it", async () => {
    const { store, connect } = await freshStore();
    const other = await connect();
    await registered(store, "w1");
    await insertAll(store, [leasedJob("a", "w1")]);
    const answers = await Promise.all([
      store.workers.expire("w1", 1, testTime),
      other.workers.expire("w1", 1, testTime),
      store.workers.expire("w1", 1, testTime),
    ]);
    expect(answers.filter((jobs) => jobs !== undefined)).toEqual([1]);
    expect((await stored(store, jobIdOf("a"))).lost).toBe(1);
  });

  test("jobs of an expired worker are counted, ready by back-off, a version higher, and nobody's", async () => {
    const { store } = await freshStore();
    await registered(store, "w1", "w2");
    const lost = [0, 1, 2, 5, 9, 100];
    await insertAll(store, [
      ...lost.map((count) => leasedJob(`lost ${count}`, "w1", { lost: count, told: 7, readyAt: testTime + 999 })),
      leasedJob("other", "w2"),
    ]);
    const nowMs = testTime + 100_000;
    expect(await store.workers.expire("w1", 1, nowMs)).toBe(lost.length);
    for (const count of lost) {
      const { lease, ...before } = leasedJob(`lost ${count}`, "w1", { lost: count, told: 7 }).job;
      expect(lease).toBeDefined();
      expect(await stored(store, before.id)).toEqual({
        ...before,
        lost: count + 1,
        lostBy: { worker: "w1", at: nowMs, lost: count + 1 },
        readyAt: nowMs + lostDelay(count + 1),
        waiting: "worker_lost",
        version: 2,
      });
    }
    expect(await stored(store, jobIdOf("other"))).toEqual(leasedJob("other", "w2").job);
  });

  test("a paused job of an expired worker is counted and nobody's, and still no claim gets it", async () => {
    const { store } = await freshStore();
    await registered(store, "w1", "w2");
    const { job, history } = leasedJob("a", "w1");
    await insertAll(store, [{ job, history }]);
    await store.jobs.commit([changeOf(job, { status: "paused", readyAt: never })]);
    const { lease: _lease, ...paused } = await stored(store, job.id);
    expect(await store.workers.expire("w1", 1, testTime)).toBe(1);
    expect(await stored(store, job.id)).toEqual({
      ...paused,
      lost: 1,
      lostBy: { worker: "w1", at: testTime, lost: 1 },
      version: 3,
    });
    expect(await claimed(store, by("w2", { nowMs: testTime + 10 ** 10 }))).toEqual([]);
    expect((await store.search.find({ limit: 1, status: ["paused"] })).jobs).toHaveLength(1);
    expect((await store.housekeeping.health(testTime)).waitingSince).toBeUndefined();
  });

  test("finished jobs of an expired worker stay as they are", async () => {
    const { store } = await freshStore();
    await registered(store, "w1");
    const { job, history } = leasedJob("a", "w1");
    await insertAll(store, [{ job, history }]);
    await store.jobs.commit([completionOf(job)]);
    const ended = await stored(store, job.id);
    expect(await store.workers.expire("w1", 1, testTime)).toBe(0);
    expect(await stored(store, job.id)).toEqual(ended);
  });

  test("a job given back is ready for others at once, a version higher", async () => {
    const { store } = await freshStore();
    await registered(store, "w1", "w2");
    await insertAll(store, [pendingJob("a")]);
    await claimed(store, by("w1"));
    await store.jobs.release("w1", [{ id: jobIdOf("a"), fence: 1 }]);
    expect(await stored(store, jobIdOf("a"))).toEqual({ ...pendingJob("a").job, fence: 1, version: 3 });
    expect(await claimed(store, by("w2"))).toHaveLength(1);
  });

  test("a job is given back by its holder under the current fence only", async () => {
    const { store } = await freshStore();
    await registered(store, "w1");
    await insertAll(store, [pendingJob("a")]);
    await claimed(store, by("w1"));
    const before = await stored(store, jobIdOf("a"));
    await store.jobs.release("w2", [{ id: jobIdOf("a"), fence: 1 }]);
    await store.jobs.release("w1", [{ id: jobIdOf("a"), fence: 0 }]);
    await store.jobs.release("w1", [{ id: jobIdOf("nobody"), fence: 1 }]);
    await store.jobs.release("w1", []);
    expect(await stored(store, jobIdOf("a"))).toEqual(before);
  });

  test("a worker that gives itself up is gone from the list, and its jobs are ready at once, not counted as lost", async () => {
    const { store } = await freshStore();
    await registered(store, "w1", "w2");
    await insertAll(store, [pendingJob("a")]);
    await claimed(store, by("w1"));
    await store.workers.surrender("w1");
    expect((await store.workers.list()).map(({ id }) => id)).toEqual(["w2"]);
    expect(await store.workers.beat({ worker: "w1", beat: 2, room: 0, held: [] })).toEqual({ kind: "expired" });
    expect(await claimed(store, by("w2"))).toMatchObject([{ id: jobIdOf("a"), lost: 0, fence: 2 }]);
  });
}
