import { expect, test } from "vitest";
import { suspectFrom } from "../../../src/store/suspects.ts";
import { completionOf, jobIdOf, pendingJob, testTime } from "../../support/jobs.ts";
import { by, claimed, type FreshStore, insertAll, registered } from "../../support/store/fresh-store.ts";

export function suspects(freshStore: FreshStore): void {
  test("a job that lost workers in a row is given to those only who ask for such", async () => {
    const { store } = await freshStore();
    await registered(store, "w1");
    await insertAll(store, [
      pendingJob("once", { lost: suspectFrom - 1 }),
      pendingJob("often", { lost: suspectFrom }),
      pendingJob("more", { lost: suspectFrom + 3 }),
    ]);
    expect((await claimed(store, by("w1"))).map(({ id }) => id)).toEqual([jobIdOf("once")]);
    const ids = (await claimed(store, by("w1", { of: "suspect" }))).map(({ id }) => id);
    expect(new Set(ids)).toEqual(new Set([jobIdOf("often"), jobIdOf("more")]));
  });

  test("a claim tells whether ready suspects wait", async () => {
    const { store } = await freshStore();
    await registered(store, "w1");
    expect(await store.jobs.claim(by("w1"))).toMatchObject({ suspectsReady: false });
    await insertAll(store, [pendingJob("a", { lost: suspectFrom, readyAt: testTime + 10 })]);
    expect(await store.jobs.claim(by("w1"))).toMatchObject({ suspectsReady: false });
    expect(await store.jobs.claim(by("w1", { nowMs: testTime + 10 }))).toMatchObject({ jobs: [], suspectsReady: true });
    const suspect = by("w1", { of: "suspect", limit: 1, nowMs: testTime + 10 });
    expect(await store.jobs.claim(suspect)).toMatchObject({ jobs: [{ id: jobIdOf("a") }], suspectsReady: false });
  });

  test("a suspect whose result was committed is healthy again", async () => {
    const { store } = await freshStore();
    await registered(store, "w1");
    await insertAll(store, [pendingJob("a", { lost: suspectFrom })]);
    const [job] = await claimed(store, by("w1", { of: "suspect" }));
    if (job === undefined) throw new Error("nothing was claimed");
    const { expectedVersion, change } = completionOf(job);
    await store.jobs.commit([
      { expectedVersion, change: { ...change, status: "running", readyAt: testTime, lost: 0 } },
    ]);
    expect((await claimed(store, by("w1"))).map(({ id }) => id)).toEqual([jobIdOf("a")]);
  });
}
