import { expect, test } from "vitest";
import { completionOf, jobIdOf, pendingJob, task, workerInfo } from "../../../support/jobs.ts";
import { expectCounted } from "../../../support/store/counted.ts";
import { insertAll, stored } from "../../../support/store/fresh-store.ts";
import { connect, temporaryPath } from "../../../support/store/sqlite-files.ts";

// NaN becomes NULL in SQLite, which no column for numbers allows: a row that the file itself refuses.

test("a row that SQLite refuses fails alone, in its call and in its batch", async () => {
  const store = await connect(await temporaryPath());
  const broken = { ...pendingJob("broken").job, createdAt: Number.NaN };
  const answers = await Promise.all([
    store.jobs.insert([pendingJob("a"), { job: broken, history: [] }, pendingJob("b")]),
    store.jobs.insert([pendingJob("c")]),
  ]);
  expect(answers.flat().map(({ kind }) => kind)).toEqual(["inserted", "refused", "inserted", "inserted"]);
  expect(await store.jobs.get(broken.id)).toBeUndefined();
  for (const name of ["a", "b", "c"]) expect(await stored(store, jobIdOf(name))).toEqual(pendingJob(name).job);
});

test("a commit of which one row is refused is refused whole", async () => {
  const store = await connect(await temporaryPath());
  const [a, b] = [pendingJob("a"), pendingJob("b")];
  await insertAll(store, [a, b]);
  const half = task("1", { iteration: Number.NaN });
  const answers = await store.jobs.commit([
    completionOf(a.job, { tasks: [task("0", { status: "completed" }), half] }),
    completionOf(b.job),
  ]);
  expect(answers.map(({ kind }) => kind)).toEqual(["refused", "committed"]);
  expect(await stored(store, jobIdOf("a"))).toEqual(a.job);
  expect(await store.jobs.history(jobIdOf("a"))).toEqual(a.history);
});

test("another kind of write that fails is told so alone, and the store stays well", async () => {
  const store = await connect(await temporaryPath());
  const [register, insert] = await Promise.allSettled([
    store.workers.register(workerInfo("w1", { startedAt: Number.NaN })),
    store.jobs.insert([pendingJob("a")]),
  ]);
  expect(register.status).toBe("rejected");
  expect(insert.status).toBe("fulfilled");
  expect((await store.housekeeping.health(0)).writable).toBe(true);
});

test("what is refused when half of it was written leaves no count, no label and no change behind", async () => {
  const store = await connect(await temporaryPath());
  await insertAll(store, [pendingJob("a", { labels: ["target:x"], waiting: "worker" })]);
  const { mark } = await store.search.changed({ limit: 1 });
  const half = [task("1", { iteration: Number.NaN })];
  const [inserted, committed] = await Promise.all([
    store.jobs.insert([pendingJob("b", { tasks: half, labels: ["target:x"], waiting: "retry" }), pendingJob("c")]),
    store.jobs.commit([completionOf(pendingJob("a").job, { tasks: half, labels: ["target:y"] })]),
  ]);
  expect([...inserted, ...committed].map(({ kind }) => kind)).toEqual(["refused", "inserted", "refused"]);
  await expectCounted(store);
  const found = async (label: string): Promise<string[]> =>
    (await store.search.find({ labels: [label], limit: 10 })).jobs.map(({ id }) => id);
  expect(await found("target:x")).toEqual([jobIdOf("a")]);
  expect(await found("target:y")).toEqual([]);
  const changed = await store.search.changed({ since: mark, limit: 10 });
  expect(changed.jobs.map(({ job }) => job.id)).toEqual([jobIdOf("c")]);
});
