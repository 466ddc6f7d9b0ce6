import { expect, test } from "vitest";
import type { Job } from "../../../src/model/job/job.ts";
import type { Commit } from "../../../src/store/store.ts";
import { changeOf, completionOf, entry, jobIdOf, leasedJob, pendingJob, testTime } from "../../support/jobs.ts";
import { by, claimed, type FreshStore, insertAll, registered, stored } from "../../support/store/fresh-store.ts";

function removalOf(job: Job, keyUntil?: number): Commit {
  return completionOf(job, { removal: keyUntil === undefined ? {} : { keyUntil } });
}

/** Jobs that go with their last change. */
export function removal(freshStore: FreshStore): void {
  test("a job goes with its last change, all of it, and its id is free again", async () => {
    const { store, connect } = await freshStore();
    await registered(store, "w1");
    const started = leasedJob("a", "w1", { input: { blob: "x".repeat(100_000) } });
    await insertAll(store, [{ ...started, offers: [{ queue: "q", at: testTime }] }, leasedJob("kept", "w1")]);
    const [answer] = await store.jobs.commit([removalOf(await stored(store, jobIdOf("a")))]);
    expect(answer).toEqual({ kind: "committed", version: 2 });
    const other = await connect();
    expect(await other.jobs.get(jobIdOf("a"))).toBeUndefined();
    expect(await other.jobs.history(jobIdOf("a"))).toBeUndefined();
    expect((await other.search.find({ limit: 10 })).jobs.map(({ id }) => id)).toEqual([jobIdOf("kept")]);
    expect(await other.jobs.offered("q", testTime + 1, 10)).toEqual([]);
    const held = [{ id: jobIdOf("a"), fence: 1, version: 1 }];
    expect(await store.workers.beat({ worker: "w1", beat: 2, room: 1, held })).toMatchObject({ gone: [jobIdOf("a")] });
    await insertAll(store, [pendingJob("a")]);
    expect(await stored(store, jobIdOf("a"))).toEqual(pendingJob("a").job);
    expect(await store.jobs.history(jobIdOf("a"))).toHaveLength(2);
  });

  test("the key of a job that goes stays taken for its time", async () => {
    const { store } = await freshStore();
    await registered(store, "w1");
    const bodyDigest = "one";
    await insertAll(store, [leasedJob("a", "w1", { bodyDigest })]);
    const job = await stored(store, jobIdOf("a"));
    expect(await store.jobs.commit([removalOf(job, testTime + 1000)])).toMatchObject([{ kind: "committed" }]);
    expect(await store.jobs.get(job.id)).toBeUndefined();
    const again = (createdAt: number) => store.jobs.insert([pendingJob("a", { createdAt, bodyDigest: "two" })]);
    expect(await again(testTime + 999)).toEqual([{ kind: "exists", bodyDigest }]);
    expect(await store.housekeeping.forgetKeys(testTime + 999, 10)).toBe(0);
    expect(await again(testTime + 1000)).toEqual([{ kind: "inserted", leased: false }]);
  });

  test("a job that somebody else changed meanwhile does not go, and the newest comes with the answer", async () => {
    const { store } = await freshStore();
    await registered(store, "w1");
    await insertAll(store, [leasedJob("a", "w1"), leasedJob("b", "w1", { bodyDigest: "one" })]);
    for (const name of ["a", "b"]) {
      const job = await stored(store, jobIdOf(name));
      await store.jobs.commit([changeOf(job)]);
      const [answer] = await store.jobs.commit([removalOf(job, name === "b" ? testTime + 1000 : undefined)]);
      expect(answer).toMatchObject({ kind: "conflict", current: { id: job.id, version: 2 } });
      expect(await stored(store, job.id)).toMatchObject({ version: 2, status: "running" });
    }
  });

  test("what comes after its end finds no job any more", async () => {
    const { store } = await freshStore();
    await registered(store, "w1");
    await insertAll(store, [leasedJob("a", "w1"), leasedJob("b", "w1", { bodyDigest: "one" })]);
    for (const [name, keyUntil] of [["a"], ["b", testTime + 1000]] as const) {
      const job = await stored(store, jobIdOf(name));
      await store.jobs.commit([removalOf(job, keyUntil)]);
      const later = [changeOf(job, { history: [entry("job_paused")] }), removalOf(job, keyUntil)];
      for (const one of later) expect(await store.jobs.commit([one])).toEqual([{ kind: "gone" }]);
    }
  });

  test("in one batch some go and others stay, each with an answer of its own", async () => {
    const { store } = await freshStore();
    await registered(store, "w1");
    const names = Array.from({ length: 40 }, (_, index) => `job ${index}`);
    await insertAll(
      store,
      names.map((name, index) => leasedJob(name, "w1", index % 4 === 3 ? { bodyDigest: name } : {})),
    );
    const jobs = await Promise.all(names.map((name) => stored(store, jobIdOf(name))));
    const commits = jobs.map((job, index): Commit => {
      const kinds = [
        () => completionOf(job),
        () => removalOf(job),
        () => ({ ...removalOf(job), expectedVersion: 7 }),
        () => removalOf(job, testTime + 1000),
      ];
      return (kinds[index % 4] ?? (() => removalOf(job)))();
    });
    const answers = await store.jobs.commit(commits);
    expect(answers.map(({ kind }) => kind)).toEqual(
      names.map((_, index) => (index % 4 === 2 ? "conflict" : "committed")),
    );
    const left = await Promise.all(jobs.map(({ id }) => store.jobs.get(id)));
    expect(left.map((job) => job?.status)).toEqual(
      names.map((_, index) => ["completed", undefined, "pending", undefined][index % 4]),
    );
    expect(await claimed(store, by("w1"))).toEqual([]);
  });
}
