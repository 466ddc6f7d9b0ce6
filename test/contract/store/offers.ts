import { expect, test } from "vitest";
import { changeOf, completionOf, jobIdOf, leasedJob, pendingJob, testTime } from "../../support/jobs.ts";
import { type FreshStore, insertAll, registered, stored } from "../../support/store/fresh-store.ts";

export function offers(freshStore: FreshStore): void {
  const offer = (queue: string, atMs: number) => ({ queue, at: testTime + atMs });

  test("jobs that offer work of a queue are found in the order of its times, others are not", async () => {
    const { store } = await freshStore();
    await registered(store, "w1");
    await insertAll(store, [
      { ...pendingJob("second"), offers: [offer("mail", 2), offer("print", 0)] },
      { ...leasedJob("first", "w1"), offers: [offer("mail", 1)] },
      { ...pendingJob("later"), offers: [offer("mail", 30)] },
      { ...pendingJob("other"), offers: [offer("print", 3)] },
      { ...pendingJob("none"), offers: [] },
      pendingJob("plain"),
    ]);
    const offered = (queue: string, atMs: number, limit = 10) => store.jobs.offered(queue, testTime + atMs, limit);
    expect(await offered("mail", 2)).toEqual(["first", "second"].map(jobIdOf));
    expect(await offered("mail", 30, 2)).toEqual(["first", "second"].map(jobIdOf));
    expect(await offered("mail", 1)).toEqual([jobIdOf("first")]);
    expect(await offered("print", 9)).toEqual(["second", "other"].map(jobIdOf));
    expect(await offered("mai", 99)).toEqual([]);
    expect(await stored(store, jobIdOf("second"))).toEqual(pendingJob("second").job);
  });

  test("a change says all that the job offers afterwards; one that says nothing leaves it as it was", async () => {
    const { store } = await freshStore();
    const { job, history } = pendingJob("a");
    await insertAll(store, [{ job, history }]);
    const offered = async () => [
      await store.jobs.offered("mail", testTime + 99, 10),
      await store.jobs.offered("print", testTime + 99, 10),
    ];
    await store.jobs.commit([changeOf(job, { offers: [offer("mail", 1), offer("print", 2)] })]);
    expect(await offered()).toEqual([[job.id], [job.id]]);
    await store.jobs.commit([changeOf({ ...job, version: 2 })]);
    expect(await offered()).toEqual([[job.id], [job.id]]);
    await store.jobs.commit([changeOf({ ...job, version: 3 }, { offers: [offer("print", 5)] })]);
    expect(await offered()).toEqual([[], [job.id]]);
    expect(await store.jobs.offered("print", testTime + 4, 10)).toEqual([]);
    await store.jobs.commit([changeOf(job, { offers: [offer("mail", 1)] })]); // a conflict
    expect(await offered()).toEqual([[], [job.id]]);
    await store.jobs.commit([completionOf({ ...job, version: 4 }, { offers: [] })]);
    expect(await offered()).toEqual([[], []]);
    expect(await stored(store, job.id)).not.toHaveProperty("offers");
  });
}
