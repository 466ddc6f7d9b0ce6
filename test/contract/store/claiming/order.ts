import { expect, test } from "vitest";
import type { Job } from "../../../../src/model/job/job.ts";
import type { NewJob, Store } from "../../../../src/store/store.ts";
import {
  changeOf,
  completionOf,
  jobIdOf,
  jobOfWorkflow,
  leasedJob,
  pendingJob,
  testTime,
} from "../../../support/jobs.ts";
import { by, claimed, type FreshStore, insertAll, registered, stored } from "../../../support/store/fresh-store.ts";

function capped(maxRunning: number, count: number, more: Partial<Job> = {}): NewJob[] {
  return Array.from({ length: count }, (_, index) =>
    jobOfWorkflow("capped", `capped ${index}`, { maxRunning, readyAt: testTime + index, ...more }),
  );
}

async function finish(store: Store, jobs: readonly Job[]): Promise<void> {
  const answers = await store.jobs.commit(jobs.map((job) => completionOf(job)));
  expect(answers.map(({ kind }) => kind)).toEqual(jobs.map(() => "committed"));
}

const later = testTime + 10_000;

/** Which jobs of which workflow come first, and how many of it at once. */
export function order(freshStore: FreshStore): void {
  test("of one workflow, the job with the highest priority is claimed first, and it keeps its priority whatever becomes of it", async () => {
    const { store, connect } = await freshStore();
    await registered(store, "w1");
    const priorities = [1, 5, 9, 3, 7];
    await insertAll(
      store,
      priorities.map((priority, index) => pendingJob(`priority ${priority}`, { priority, readyAt: testTime + index })),
    );
    const other = await connect();
    expect((await stored(other, jobIdOf("priority 9"))).priority).toBe(9);
    const one = async (): Promise<string | undefined> =>
      (await claimed(store, by("w1", { limit: 1, nowMs: later })))[0]?.id;
    expect(await one()).toBe(jobIdOf("priority 9"));
    await store.jobs.release("w1", [{ id: jobIdOf("priority 9"), fence: 1 }]);
    expect(await one()).toBe(jobIdOf("priority 9"));
    const running = await stored(store, jobIdOf("priority 9"));
    await store.jobs.commit([changeOf(running, { readyAt: testTime + 9, lease: "release" })]);
    expect(await one()).toBe(jobIdOf("priority 9"));
    await store.workers.expire("w1", 1, testTime);
    await registered(store, "w1");
    const all = [await one(), await one(), await one(), await one(), await one()];
    expect(all).toEqual([9, 7, 5, 3, 1].map((priority) => jobIdOf(`priority ${priority}`)));
  });

  test("a job that has waited a minute longer for each priority that it lacks comes first, so that none waits for ever", async () => {
    const { store } = await freshStore();
    await registered(store, "w1");
    const minute = 60_000;
    await insertAll(store, [
      pendingJob("low and old", { priority: 2, readyAt: testTime - 4 * minute }),
      pendingJob("low", { priority: 2, readyAt: testTime - 2 * minute }),
      pendingJob("high", { priority: 5, readyAt: testTime }),
    ]);
    const jobs = await claimed(store, by("w1", { limit: 2 }));
    expect(jobs.map(({ id }) => id)).toEqual([jobIdOf("low and old"), jobIdOf("high")]);
  });

  test("with fewer places than workflows, those with jobs of high priority come soon, and the others have their turns", async () => {
    const { store } = await freshStore();
    await registered(store, "w1");
    const names = Array.from({ length: 12 }, (_, index) => `workflow ${String(index).padStart(2, "0")}`);
    await insertAll(
      store,
      names.flatMap((name) => [0, 1, 2].map((index) => jobOfWorkflow(name, `${name} ${index}`))),
    );
    const urgent = (index: number): NewJob => jobOfWorkflow("workflow 90", `urgent ${index}`, { priority: 9 });
    await insertAll(
      store,
      Array.from({ length: 30 }, (_, index) => urgent(index)),
    );
    const served: string[] = [];
    for (let claim = 0; claim < 26; claim += 1)
      served.push(...(await claimed(store, by("w1", { limit: 1 }))).map(({ workflow }) => workflow.name));
    expect(served.slice(0, 2)).toContain("workflow 90");
    expect(served.filter((name) => name === "workflow 90").length).toBeGreaterThanOrEqual(12);
    expect(new Set(served).size, "every workflow had its turn").toBe(13);
  });

  test("no more jobs of a workflow are with workers than it allows; the rest waits, and a claim tells that it does", async () => {
    const { store } = await freshStore();
    await registered(store, "w1", "w2");
    await insertAll(store, [...capped(3, 8), pendingJob("other")]);
    const first = await store.jobs.claim(by("w1", { limit: 20, nowMs: later }));
    if (first.kind !== "claimed") throw new Error(first.kind);
    expect(first.jobs.map(({ id }) => id).sort()).toEqual(
      [jobIdOf("other"), ...[0, 1, 2].map((index) => jobIdOf(`capped ${index}`))].sort(),
    );
    expect(first).toMatchObject({ left: ["capped"], capped: ["capped"] });
    expect(await store.jobs.claim(by("w2", { nowMs: later }))).toMatchObject({ jobs: [], capped: ["capped"] });
    const own = first.jobs.filter(({ workflow }) => workflow.name === "capped");
    await finish(store, own.slice(0, 2));
    const next = await claimed(store, by("w2", { nowMs: later }));
    expect(next.map(({ id }) => id)).toEqual([3, 4].map((index) => jobIdOf(`capped ${index}`)));
  });

  test("a job that waits in a delay does not count, nor does one that was given back or lost", async () => {
    const { store } = await freshStore();
    await registered(store, "w1", "w2");
    await insertAll(store, capped(1, 5));
    const one = async (worker: string): Promise<Job | undefined> =>
      (await claimed(store, by(worker, { nowMs: later })))[0];
    const parked = await one("w1");
    if (parked === undefined) throw new Error("nothing was claimed");
    expect(await one("w1")).toBeUndefined();
    await store.jobs.commit([changeOf(parked, { readyAt: later + 3_600_000, lease: "release" })]);
    const back = await one("w1");
    expect(back?.id).toBe(jobIdOf("capped 1"));
    await store.jobs.release("w1", [{ id: jobIdOf("capped 1"), fence: 1, notBefore: later + 1 }]);
    expect((await one("w2"))?.id).toBe(jobIdOf("capped 2"));
    await store.workers.expire("w2", 1, later + 5);
    expect((await one("w1"))?.id).toBe(jobIdOf("capped 3"));
    expect(await one("w1")).toBeUndefined();
  });

  test("a start brings no lease for a job of a workflow that may have only so many with workers", async () => {
    const { store } = await freshStore();
    await registered(store, "w1");
    expect(await store.jobs.insert([leasedJob("a", "w1", { maxRunning: 5 })])).toEqual([
      { kind: "inserted", leased: false },
    ]);
    expect(await stored(store, jobIdOf("a"))).toMatchObject({ maxRunning: 5 });
    expect(await claimed(store, by("w1"))).toMatchObject([{ id: jobIdOf("a"), maxRunning: 5 }]);
  });

  test("however many workers claim at once, the cap holds, and all jobs get done", async () => {
    const { store, connect } = await freshStore();
    const names = Array.from({ length: 6 }, (_, index) => `w${index}`);
    await registered(store, ...names);
    await insertAll(store, capped(4, 60));
    const stores = [store, await connect(), await connect()];
    const held = new Set<string>();
    let most = 0;
    let done = 0;
    const work = async (worker: string, own: Store): Promise<void> => {
      while (done < 60) {
        const jobs = await claimed(own, by(worker, { limit: 3, nowMs: later }));
        for (const { id } of jobs) held.add(id);
        most = Math.max(most, held.size);
        for (const { id } of jobs) held.delete(id); // before the end is written, so that no job counts that is none any more
        await finish(own, jobs);
        done += jobs.length;
      }
    };
    const watch = async (): Promise<void> => {
      const other = await connect();
      while (done < 60) {
        const { jobs } = await other.search.find({ limit: 200, workflow: "capped", status: ["running"] });
        most = Math.max(most, jobs.length);
      }
    };
    await Promise.all([...names.map((name, index) => work(name, stores[index % 3] ?? store)), watch()]);
    expect(done).toBe(60);
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(4);
  });

  test("suspects count, and are kept by the cap, too", async () => {
    const { store } = await freshStore();
    await registered(store, "w1");
    await insertAll(store, capped(1, 2, { lost: 2 }));
    expect(await claimed(store, by("w1", { of: "suspect", nowMs: later }))).toHaveLength(1);
    expect(await store.jobs.claim(by("w1", { of: "suspect", nowMs: later }))).toMatchObject({ jobs: [] });
  });

  test("workflows that have all they may do not keep others from a claim, however many they are", async () => {
    const { store } = await freshStore();
    await registered(store, "w1", "w2");
    const full = Array.from({ length: 20 }, (_, index) => `a full one ${index}`);
    const ofFull = full.flatMap((name) =>
      [0, 1].map((index) => jobOfWorkflow(name, `${name} ${index}`, { maxRunning: 1, readyAt: testTime - 1000 })),
    );
    await insertAll(store, ofFull);
    expect(await claimed(store, by("w1", { limit: 50 }))).toHaveLength(20);
    await insertAll(store, [jobOfWorkflow("z", "free 0"), jobOfWorkflow("z", "free 1")]);
    expect((await claimed(store, by("w2", { limit: 2 }))).map(({ workflow }) => workflow.name)).toEqual(["z", "z"]);
  });
}
