import { expect, test } from "vitest";
import type { Job } from "../../../src/model/job/job.ts";
import type { ParentRef, StartJob } from "../../../src/model/job/outward/effect.ts";
import {
  changeOf,
  completedJob,
  completionOf,
  effect,
  jobIdOf,
  leasedJob,
  pendingJob,
  task,
  testTime,
} from "../../support/jobs.ts";
import { by, claimed, type FreshStore, insertAll, registered, stored } from "../../support/store/fresh-store.ts";

const parent: ParentRef = { id: jobIdOf("parent"), run: 2, path: "0/$1.a", iteration: 3, call: 65_536, depth: 1 };

const start: StartJob = {
  kind: "start_job",
  id: 65_536,
  at: testTime,
  job: jobIdOf("child"),
  workflow: "sub",
  version: 3,
  input: { $set: { "a.b": "$name" }, list: [1, null, "x"] },
  parent,
};

export function effects(freshStore: FreshStore): void {
  test("a job keeps its parent and what it owes from its start, in lists it shows neither", async () => {
    const { store } = await freshStore();
    const owing = pendingJob("a", { format: 2, parent, effects: [start, effect(65_537)], retried: 1 });
    await insertAll(store, [owing, pendingJob("b")]);
    expect(await stored(store, owing.job.id)).toEqual(owing.job);
    expect(await stored(store, jobIdOf("b"))).toEqual(pendingJob("b").job);
    for (const job of (await store.search.find({ limit: 10 })).jobs)
      for (const hidden of ["parent", "effects", "retried"]) expect(job).not.toHaveProperty(hidden);
  });

  test("a change says all that the job owes afterwards; one that says nothing leaves it as it was", async () => {
    const { store } = await freshStore();
    const { job, history } = pendingJob("a", { parent });
    await insertAll(store, [{ job, history }]);
    const owed = async (version: number, more: Parameters<typeof changeOf>[1]): Promise<Job> => {
      expect(await store.jobs.commit([changeOf({ ...job, version }, more)])).toMatchObject([{ kind: "committed" }]);
      return stored(store, job.id);
    };
    expect(await owed(1, { effects: [start, effect(2)] })).toMatchObject({ parent, effects: [start, effect(2)] });
    expect(await owed(2, { tasks: [task("1")] })).toMatchObject({ parent, effects: [start, effect(2)] });
    expect(await owed(3, { effects: [effect(2)] })).toMatchObject({ parent, effects: [effect(2)] });
    expect(await owed(4, { effects: [] })).not.toHaveProperty("effects");
    expect(await owed(5, { effects: [effect(3)] })).toMatchObject({ parent, effects: [effect(3)] });
  });

  test("what a job owes comes with its claim and with a conflict", async () => {
    const { store } = await freshStore();
    await registered(store, "w1");
    const { job, history } = pendingJob("a", { format: 2, parent, effects: [start], retried: 2 });
    await insertAll(store, [{ job, history }]);
    const [given] = await claimed(store, by("w1"));
    expect(given).toMatchObject({ parent, effects: [start], retried: 2 });
    const [answer] = await store.jobs.commit([changeOf(job, { effects: [] })]);
    expect(answer).toEqual({ kind: "conflict", current: given });
  });

  test("of effects and of what a conflicting change would owe, nothing is stored", async () => {
    const { store } = await freshStore();
    const { job, history } = pendingJob("a", { effects: [effect(1)] });
    await insertAll(store, [{ job, history }]);
    await store.jobs.commit([changeOf({ ...job, version: 7 }, { effects: [start], extras: { retried: 1 } })]);
    expect(await stored(store, job.id)).toEqual(job);
  });

  test("long lists of effects are kept whole, and replaced whole", async () => {
    const { store } = await freshStore();
    const long = (letter: string): StartJob => ({ ...start, input: { blob: letter.repeat(100_000) } });
    const { job, history } = pendingJob("a", { effects: [long("x")] });
    await insertAll(store, [{ job, history }]);
    expect((await stored(store, job.id)).effects).toEqual([long("x")]);
    await store.jobs.commit([changeOf(job, { effects: [long("x"), long("ü")] })]);
    expect((await stored(store, job.id)).effects).toEqual([long("x"), long("ü")]);
  });

  test("a change whose effects no store can hold is refused and changes nothing", async () => {
    const { store } = await freshStore();
    const { job, history } = pendingJob("a");
    await insertAll(store, [{ job, history }]);
    const huge = { ...start, input: { blob: "x".repeat(17 * 1024 * 1024) } };
    expect(await store.jobs.commit([changeOf(job, { effects: [huge] })])).toMatchObject([{ kind: "refused" }]);
    expect(await stored(store, job.id)).toEqual(job);
  });

  test("small things are set one by one, the others stay", async () => {
    const { store } = await freshStore();
    const { job, history } = leasedJob("a", "w1");
    await registered(store, "w1");
    await insertAll(store, [{ job, history }]);
    await store.jobs.commit([changeOf(job, { extras: { retried: 1 } })]);
    await store.jobs.commit([changeOf({ ...job, version: 2 }, { extras: { call: 9 } })]);
    await store.jobs.commit([changeOf({ ...job, version: 3 })]);
    expect(await stored(store, job.id)).toMatchObject({ retried: 1, call: 9, lease: job.lease });
    await store.jobs.commit([changeOf({ ...job, version: 4 }, { extras: { retried: 0 } })]);
    expect(await stored(store, job.id)).toMatchObject({ retried: 0, call: 9 });
  });

  test("a job that is begun anew may become one of a newer format", async () => {
    const { store } = await freshStore();
    const { job, history } = completedJob("a");
    await insertAll(store, [{ job, history }]);
    const renewal = { fence: 1, run: 2, workflow: job.workflow, tasks: "replaced", format: 2 } as const;
    await store.jobs.commit([changeOf(job, { readyAt: testTime, renewal })]);
    expect(await stored(store, job.id)).toMatchObject({ format: 2, run: 2 });
    const { format: _format, ...again } = renewal;
    await store.jobs.commit([changeOf({ ...job, version: 2 }, { readyAt: testTime, renewal: again })]);
    expect(await stored(store, job.id)).toMatchObject({ format: 2 });
  });

  test("who owes for longer than since a moment is told, the longest owed first, ended or not, leased or not", async () => {
    const { store } = await freshStore();
    await registered(store, "w1");
    const since = (ms: number) => ({ effects: [effect(2, { at: testTime + 50 }), effect(1, { at: testTime + ms })] });
    await insertAll(store, [
      pendingJob("late", since(10)),
      completedJob("ended", since(2)),
      leasedJob("held", "w1", since(1)),
      pendingJob("nothing"),
      completedJob("done"),
    ]);
    const names = ["held", "ended", "late"].map(jobIdOf);
    expect(await store.jobs.owing(testTime + 11, 10)).toEqual(names);
    expect(await store.jobs.owing(testTime + 10, 10)).toEqual(names.slice(0, 2));
    expect(await store.jobs.owing(testTime + 11, 1)).toEqual(names.slice(0, 1));
    const held = await stored(store, jobIdOf("held"));
    await store.jobs.commit([completionOf(held, { effects: [] })]);
    expect(await store.jobs.owing(testTime + 11, 10)).toEqual(names.slice(1));
  });

  test("an ended job is not removed as long as it owes something", async () => {
    const { store } = await freshStore();
    const { job, history } = completedJob("a", { effects: [effect(1)] });
    await insertAll(store, [{ job, history }]);
    const prune = { finishedBeforeMs: testTime + 1, idempotencyWindowMs: 0, nowMs: testTime, limit: 10 };
    const remove = (expectedVersion: number) => store.housekeeping.remove({ ...prune, id: job.id, expectedVersion });
    expect(await store.housekeeping.prune(prune)).toBe(0);
    expect(await remove(1)).toBe(false);
    const { readyAt: _readyAt, ...acknowledged } = changeOf(job, {
      status: "completed",
      finishedAt: testTime,
      effects: [],
    }).change;
    await store.jobs.commit([{ expectedVersion: 1, change: acknowledged }]);
    expect(await remove(1)).toBe(false);
    expect(await store.housekeeping.prune(prune)).toBe(1);
  });
}
