import { expect, test } from "vitest";
import { largestGroup, suspectFrom } from "../../../../src/store/suspects.ts";
import { completionOf, jobIdOf, jobOfWorkflow, pendingJob, testTime } from "../../../support/jobs.ts";
import { by, claimed, type FreshStore, insertAll, registered } from "../../../support/store/fresh-store.ts";

const suspectBy = (worker: string, limit = 100): ReturnType<typeof by> => by(worker, { of: "suspect", limit });

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
    const ids = [...(await claimed(store, suspectBy("w1"))), ...(await claimed(store, suspectBy("w1")))];
    expect(new Set(ids.map(({ id }) => id))).toEqual(new Set([jobIdOf("often"), jobIdOf("more")]));
  });

  test("of the ready suspects a worker gets half, and leaves the others to the next", async () => {
    const { store } = await freshStore();
    await registered(store, "w1", "w2");
    await insertAll(
      store,
      Array.from({ length: 7 }, (_, index) => pendingJob(`job ${index}`, { lost: suspectFrom + 1 })),
    );
    const first = await store.jobs.claim(suspectBy("w1"));
    expect(first).toMatchObject({ kind: "claimed", suspectsReady: true });
    const groups = [first.kind === "claimed" ? first.jobs : []];
    for (let more = 0; more < 4; more += 1) groups.push(await claimed(store, suspectBy("w2")));
    expect(groups.map(({ length }) => length)).toEqual([4, 2, 1, 0, 0]);
    expect(new Set(groups.flat().map(({ id }) => id)).size).toBe(7);
  });

  test("a group is never larger than its bound or what the worker asked for, of however many workflows", async () => {
    const { store } = await freshStore();
    await registered(store, "w1");
    const many = 3 * largestGroup;
    await insertAll(
      store,
      Array.from({ length: many }, (_, index) =>
        jobOfWorkflow(`flow ${index % 5}`, `job ${index}`, { lost: suspectFrom }),
      ),
    );
    expect(await claimed(store, suspectBy("w1", 3))).toHaveLength(3);
    expect(await claimed(store, suspectBy("w1"))).toHaveLength(largestGroup);
  });

  test("those that wait longest come first, and one that lost more workers makes its group smaller", async () => {
    const { store } = await freshStore();
    await registered(store, "w1");
    const waiting = (workflow: string, readyAt: number, lost: number): ReturnType<typeof pendingJob> =>
      jobOfWorkflow(workflow, `${workflow} ${readyAt}`, { lost, readyAt: testTime - 100 + readyAt });
    await insertAll(store, [
      ...[5, 6, 7, 8].map((readyAt) => waiting("b", readyAt, suspectFrom)),
      waiting("a", 2, suspectFrom + 4),
      waiting("b", 1, suspectFrom),
      waiting("a", 3, suspectFrom),
      waiting("b", 4, suspectFrom + 9),
    ]);
    const groups: string[][] = [];
    for (let group = 0; group < 4; group += 1)
      groups.push((await claimed(store, suspectBy("w1"))).map(({ input }) => String(input["name"])));
    expect(groups).toEqual([["b 1", "a 2"], ["a 3"], ["b 4"], ["b 5", "b 6"]]);
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

  test("a claim that leaves room tells when the next suspect is ready, where the store knows it, but none that is ready already", async () => {
    const { store } = await freshStore();
    await registered(store, "w1");
    const readyAt = testTime + 60_000;
    await insertAll(store, [pendingJob("later", { lost: suspectFrom, readyAt })]);
    expect(await store.jobs.claim(by("w1"))).toMatchObject({ jobs: [], suspectsReady: false, nextReadyAt: readyAt });
    await insertAll(store, [pendingJob("now", { lost: suspectFrom })]);
    expect(await store.jobs.claim(by("w1"))).toMatchObject({ jobs: [], suspectsReady: true });
  });

  test("a suspect whose workflow has as many jobs with workers as it may holds nobody up", async () => {
    const { store } = await freshStore();
    await registered(store, "w1", "w2");
    const capped = { maxRunning: 1 };
    await insertAll(store, [jobOfWorkflow("full", "with a worker", capped)]);
    const [running] = await claimed(store, by("w1"));
    if (running === undefined) throw new Error("nothing was claimed");
    const suspect = (workflow: string, name: string, age: number, more: { maxRunning?: number } = {}) =>
      jobOfWorkflow(workflow, name, { lost: suspectFrom, readyAt: testTime - age, ...more });
    await insertAll(store, [suspect("full", "waits longest", 100, capped), suspect("full", "waits, too", 90, capped)]);
    expect(await store.jobs.claim(by("w2"))).toMatchObject({ jobs: [], suspectsReady: false });
    expect(await store.jobs.claim(suspectBy("w2"))).toMatchObject({ jobs: [], suspectsReady: false });

    await insertAll(store, [suspect("other", "behind", 10), suspect("full", "of a version without cap", 5)]);
    expect(await store.jobs.claim(by("w2"))).toMatchObject({ jobs: [], suspectsReady: true });
    const names = async (): Promise<unknown[]> =>
      (await claimed(store, suspectBy("w2"))).map(({ input }) => input["name"]);
    expect(await names()).toEqual(["behind"]);
    expect(await names()).toEqual(["of a version without cap"]);

    await store.jobs.commit([completionOf(running)]);
    expect(await store.jobs.claim(by("w2"))).toMatchObject({ suspectsReady: true });
    expect(await store.jobs.claim(suspectBy("w2"))).toMatchObject({
      jobs: [{ input: { name: "waits longest" } }],
      suspectsReady: false, // there is no room for the other one now
    });
  });

  test("of workers that ask for suspects at the same moment each gets others", async () => {
    const { store, connect } = await freshStore();
    const other = await connect();
    await registered(store, "w1", "w2");
    await insertAll(
      store,
      Array.from({ length: 20 }, (_, index) => pendingJob(`job ${index}`, { lost: suspectFrom })),
    );
    const groups = await Promise.all([claimed(store, suspectBy("w1")), claimed(other, suspectBy("w2"))]);
    const ids = groups.flat().map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const job of groups.flat()) expect(job).toMatchObject({ fence: 1, lease: { fence: 1 } });
  });

  test("a suspect whose result was committed is healthy again", async () => {
    const { store } = await freshStore();
    await registered(store, "w1");
    await insertAll(store, [pendingJob("a", { lost: suspectFrom })]);
    const [job] = await claimed(store, suspectBy("w1"));
    if (job === undefined) throw new Error("nothing was claimed");
    const { expectedVersion, change } = completionOf(job);
    await store.jobs.commit([
      { expectedVersion, change: { ...change, status: "running", readyAt: testTime, lost: 0 } },
    ]);
    expect((await claimed(store, by("w1"))).map(({ id }) => id)).toEqual([jobIdOf("a")]);
  });
}
