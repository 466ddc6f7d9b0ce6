import { expect, test } from "vitest";
import { changeOf, completionOf, jobIdOf, leasedJob, pendingJob, task } from "../../support/jobs.ts";
import { by, claimed, type FreshStore, insertAll, registered, stored } from "../../support/store/fresh-store.ts";

/** A worker reads the jobs that were stored with its lease without its doing. */
export function assigned(freshStore: FreshStore): void {
  test("a worker finds the jobs that others stored with its lease, whole, and nobody else's", async () => {
    const { store, connect } = await freshStore();
    const other = await connect();
    await registered(store, "w1", "w2");
    const [first, second] = [leasedJob("a", "w1", { input: { text: "x".repeat(100_000) } }), leasedJob("b", "w1")];
    await insertAll(store, [first, second, leasedJob("c", "w2"), pendingJob("d")]);
    const jobs = await other.jobs.assigned({ worker: "w1", except: [] });
    expect(jobs.sort((a, b) => (a.id < b.id ? -1 : 1))).toEqual(
      [first.job, second.job].sort((a, b) => (a.id < b.id ? -1 : 1)),
    );
  });

  test("of the jobs that a hint names, a worker gets those that carry its lease now", async () => {
    const { store } = await freshStore();
    await registered(store, "w1", "w2");
    await insertAll(store, [leasedJob("mine", "w1"), leasedJob("unnamed", "w1"), leasedJob("other's", "w2")]);
    await insertAll(store, [leasedJob("given back", "w1"), leasedJob("over", "w1")]);
    await store.jobs.release("w1", [{ id: jobIdOf("given back"), fence: 1 }]);
    await store.jobs.commit([completionOf(await stored(store, jobIdOf("over")))]);
    const only = ["mine", "other's", "given back", "over", "never stored"].map(jobIdOf);
    const jobs = await store.jobs.assigned({ worker: "w1", only });
    expect(jobs.map(({ id }) => id)).toEqual([jobIdOf("mine")]);
    expect(await store.jobs.assigned({ worker: "w1", only: [] })).toEqual([]);
  });

  test("the jobs that a worker knows of are left out, and those it claimed count as its own", async () => {
    const { store } = await freshStore();
    await registered(store, "w1");
    await insertAll(store, [leasedJob("known", "w1"), leasedJob("lost hint", "w1"), pendingJob("claimed")]);
    await claimed(store, by("w1"));
    const except = [jobIdOf("known"), jobIdOf("never stored")];
    const jobs = await store.jobs.assigned({ worker: "w1", except });
    expect(jobs.map(({ id }) => id).sort()).toEqual([jobIdOf("lost hint"), jobIdOf("claimed")].sort());
  });

  test("an assigned job is read as its last commit left it, with its results", async () => {
    const { store } = await freshStore();
    await registered(store, "w1");
    await insertAll(store, [leasedJob("a", "w1")]);
    const result = { response: { statusCode: 200 } };
    const done = task("0", { status: "completed", result });
    await store.jobs.commit([changeOf(await stored(store, jobIdOf("a")), { tasks: [done, task("1")] })]);
    const jobs = await store.jobs.assigned({ worker: "w1", only: [jobIdOf("a")] });
    expect(jobs).toEqual([await stored(store, jobIdOf("a"))]);
    expect(jobs[0]?.tasks).toEqual([done, task("1")]);
  });

  test("an ended worker has no jobs any more", async () => {
    const { store } = await freshStore();
    await registered(store, "w1");
    await insertAll(store, [leasedJob("a", "w1")]);
    await store.workers.surrender("w1");
    expect(await store.jobs.assigned({ worker: "w1", except: [] })).toEqual([]);
    expect(await store.jobs.assigned({ worker: "w1", only: [jobIdOf("a")] })).toEqual([]);
  });

  test("one ask answers a thousand jobs at most; the next one has the rest", async () => {
    const { store } = await freshStore();
    await registered(store, "w1");
    const names = Array.from({ length: 1100 }, (_, index) => `job ${index}`);
    await insertAll(
      store,
      names.map((name) => leasedJob(name, "w1")),
    );
    const first = (await store.jobs.assigned({ worker: "w1", except: [] })).map(({ id }) => id);
    const rest = (await store.jobs.assigned({ worker: "w1", except: first })).map(({ id }) => id);
    expect([first.length, rest.length]).toEqual([1000, 100]);
    expect(new Set([...first, ...rest])).toEqual(new Set(names.map(jobIdOf)));
  });
}
