import { expect, test } from "vitest";
import { completedJob, completionOf, jobIdOf, pendingJob, testTime } from "../../../support/jobs.ts";
import { by, claimed, type FreshStore, insertAll, registered, stored } from "../../../support/store/fresh-store.ts";

export function claiming(freshStore: FreshStore): void {
  test("of two workers racing for one job, one gets it", async () => {
    const { store } = await freshStore();
    await registered(store, "w1", "w2");
    await insertAll(store, [pendingJob("a")]);
    const claims = await Promise.all([claimed(store, by("w1")), claimed(store, by("w2"))]);
    expect(claims.flat().map((job) => job.id)).toEqual([jobIdOf("a")]);
  });

  test("of workers on two connections racing for many jobs, each job goes to one", async () => {
    const { store, connect } = await freshStore();
    const other = await connect();
    await registered(store, "w1", "w2");
    const jobs = Array.from({ length: 300 }, (_, index) => pendingJob(`job ${index}`));
    await insertAll(store, jobs);
    const claims = await Promise.all(
      Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? claimed(store, by("w1")) : claimed(other, by("w2")))),
    );
    const ids = claims.flat().map((job) => job.id);
    expect(ids).toHaveLength(300);
    expect(new Set(ids)).toEqual(new Set(jobs.map(({ job }) => job.id)));
  });

  test("a claimed job is whole, with its lease, the next fence and the next version, as the store has it", async () => {
    const { store } = await freshStore();
    await registered(store, "w1");
    const { job, history } = pendingJob("a");
    await insertAll(store, [{ job, history }]);
    const [given] = await claimed(store, by("w1"));
    expect(given).toEqual({ ...job, fence: 1, version: 2, lease: { worker: "w1", fence: 1 } });
    expect(await stored(store, job.id)).toEqual(given);
  });

  test("each claim of a job has a higher fence than the one before", async () => {
    const { store } = await freshStore();
    await registered(store, "w1");
    await insertAll(store, [pendingJob("a")]);
    for (const fence of [1, 2, 3]) {
      const [job] = await claimed(store, by("w1"));
      expect(job?.lease).toEqual({ worker: "w1", fence });
      await store.jobs.release("w1", [{ id: jobIdOf("a"), fence }]);
    }
  });

  test("a job is not given before its time", async () => {
    const { store } = await freshStore();
    await registered(store, "w1");
    await insertAll(store, [pendingJob("a", { readyAt: testTime + 1 })]);
    expect(await claimed(store, by("w1"))).toEqual([]);
    expect(await claimed(store, by("w1", { nowMs: testTime + 1 }))).toHaveLength(1);
  });

  test("a final job is never given", async () => {
    const { store } = await freshStore();
    await registered(store, "w1");
    await insertAll(store, [completedJob("a"), pendingJob("b")]);
    const [job] = await claimed(store, by("w1"));
    if (job === undefined) throw new Error("nothing was claimed");
    await store.jobs.commit([completionOf(job)]);
    expect(await claimed(store, by("w1", { nowMs: testTime + 1_000_000 }))).toEqual([]);
  });

  test("jobs of a workflow are given in the order in which they became ready", async () => {
    const { store } = await freshStore();
    await registered(store, "w1");
    await insertAll(store, [
      pendingJob("third", { readyAt: testTime - 1 }),
      pendingJob("first", { readyAt: testTime - 3 }),
      pendingJob("second", { readyAt: testTime - 2 }),
    ]);
    const order: (string | undefined)[] = [];
    for (let turn = 0; turn < 3; turn++) order.push((await claimed(store, by("w1", { limit: 1 })))[0]?.id);
    expect(order).toEqual([jobIdOf("first"), jobIdOf("second"), jobIdOf("third")]);
  });

  test("no more than the limit is given, and fewer only where nothing more is ready", async () => {
    const { store } = await freshStore();
    await registered(store, "w1");
    await insertAll(
      store,
      Array.from({ length: 25 }, (_, index) => pendingJob(`job ${index}`)),
    );
    const sizes: number[] = [];
    for (let turn = 0; turn < 4; turn++) sizes.push((await claimed(store, by("w1"))).length);
    expect(sizes).toEqual([10, 10, 5, 0]);
  });

  test("a worker that is not registered is told that it is expired, and gets nothing", async () => {
    const { store } = await freshStore();
    await insertAll(store, [pendingJob("a")]);
    expect(await store.jobs.claim(by("w1"))).toEqual({ kind: "expired" });
    expect((await stored(store, jobIdOf("a"))).lease).toBeUndefined();
  });

  test("tasks come in the order in which they were added, whatever their paths", async () => {
    const { store } = await freshStore();
    await registered(store, "w1");
    const paths = ["10", "9", "2", "a", "1"];
    const [template] = pendingJob("a").job.tasks;
    if (template === undefined) throw new Error("a pending job has a task");
    await insertAll(store, [pendingJob("a", { tasks: paths.map((path) => ({ ...template, path })) })]);
    const [job] = await claimed(store, by("w1"));
    expect(job?.tasks.map(({ path }) => path)).toEqual(paths);
  });

  test("a claim that leaves room tells when the next parked job is ready, where the store knows it", async () => {
    const { store } = await freshStore();
    await registered(store, "w1");
    const { job, history } = pendingJob("parked");
    const parkedUntil = testTime + 60_000;
    await insertAll(store, [{ job: { ...job, readyAt: parkedUntil }, history }]);
    const answer = await store.jobs.claim(by("w1"));
    expect(answer).toMatchObject({ kind: "claimed", jobs: [] });
    if (answer.kind === "claimed") expect(answer.nextReadyAt ?? parkedUntil).toBe(parkedUntil);
  });
}
