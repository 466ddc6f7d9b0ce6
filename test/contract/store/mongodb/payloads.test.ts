import { type Db, MongoClient } from "mongodb";
import { expect, onTestFinished, test } from "vitest";
import { StoreUnavailable } from "../../../../src/model/errors.ts";
import { newestFormat } from "../../../../src/model/job/format.ts";
import { openMongoStore } from "../../../../src/store/mongodb/mongo-store.ts";
import type { Store } from "../../../../src/store/store.ts";
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
  workerInfo,
} from "../../../support/jobs.ts";
import { freshDatabase } from "../../../support/mongo/fresh-database.ts";
import "../../../support/mongo/skip-without-server.ts";
import { insertAll, stored } from "../../../support/store/fresh-store.ts";

const hourMs = 3_600_000;
const large = "x".repeat(100_000);

async function freshStore(): Promise<{ readonly db: Db; readonly store: Store }> {
  const fresh = freshDatabase();
  onTestFinished(() => fresh[Symbol.asyncDispose]());
  const client = new MongoClient(fresh.uri, { retryWrites: false });
  const store = await openMongoStore({ client: await client.connect(), database: fresh.database, migrate: true });
  onTestFinished(() => store.close());
  return { db: client.db(fresh.database), store };
}

const sizes = async (db: Db, collection: string): Promise<number> => {
  const [sum] = await db
    .collection(collection)
    .aggregate<{ bytes: number }>([{ $group: { _id: null, bytes: { $sum: { $bsonSize: "$$ROOT" } } } }])
    .toArray();
  return sum?.bytes ?? 0;
};

test("a long input and a long result stand beside the job, which stays small, and come back with it", async () => {
  const { db, store } = await freshStore();
  const { job, history } = pendingJob("a", { input: { large } });
  await insertAll(store, [{ job, history }]);
  const done = task("0", { status: "completed", result: { response: { body: `${large}y` } } });
  await store.jobs.commit([changeOf(job, { tasks: [done] })]);
  expect((await stored(store, job.id)).input).toEqual({ large });
  expect((await stored(store, job.id)).tasks).toEqual([done]);
  expect(await sizes(db, "jobs_status")).toBeLessThan(3000);
  expect(await sizes(db, "payloads")).toBeGreaterThan(200_000);
});

test("what a job of a refused start wrote beside it is swept after an hour, and nothing that a job refers to", async () => {
  const { db, store } = await freshStore();
  await insertAll(store, [pendingJob("kept", { input: { large } })]);
  await db.collection<{ _id: string }>("payloads").insertOne({
    _id: "orphan",
    job: jobIdOf("nobody"),
    text: large,
    at: new Date(),
  } as { _id: string });
  const prune = (nowMs: number): Promise<number> =>
    store.housekeeping.prune({ finishedBeforeMs: testTime, idempotencyWindowMs: 0, nowMs, limit: 10 });
  await prune(Date.now() + hourMs - 60_000);
  expect(await db.collection("payloads").countDocuments()).toBe(2);
  await prune(Date.now() + hourMs + 60_000);
  expect(await db.collection("payloads").countDocuments()).toBe(1);
  expect((await stored(store, jobIdOf("kept"))).input).toEqual({ large });
});

test("what an earlier sweep left is not looked at again, and what came later is", async () => {
  const { db, store } = await freshStore();
  const payloads = db.collection<{ _id: string }>("payloads");
  const orphan = (_id: string, at: number): { _id: string } =>
    ({ _id, job: jobIdOf("nobody"), text: "", at: new Date(at) }) as { _id: string };
  const sweep = (nowMs: number): Promise<number> =>
    store.housekeeping.prune({ finishedBeforeMs: testTime, idempotencyWindowMs: 0, nowMs, limit: 10 });
  const many = Array.from({ length: 450 }, (_, index) => orphan(`orphan ${index}`, testTime + Math.floor(index / 3)));
  await payloads.insertMany(many);
  for (let round = 0; round < 4; round++) await sweep(testTime + 2 * hourMs);
  expect(await payloads.countDocuments()).toBe(0);
  await payloads.insertOne(orphan("later", testTime + hourMs));
  await sweep(testTime + 3 * hourMs);
  expect(await payloads.countDocuments()).toBe(0);
});

test("a pruned job takes its long texts with it, but not those of a job that was started anew under its key", async () => {
  const { db, store } = await freshStore();
  await insertAll(store, [
    completedJob("old", { input: { large } }),
    completedJob("keyed", { input: { large }, bodyDigest: "x" }),
  ]);
  const nowMs = Date.now();
  const ask = { finishedBeforeMs: testTime + 1, idempotencyWindowMs: hourMs, nowMs, limit: 10 };
  await db.collection("payloads").updateMany({}, { $set: { at: new Date(testTime) } });
  await db.collection<{ _id: string }>("payloads").insertOne({
    _id: "of the next under that key",
    job: jobIdOf("keyed"),
    text: large,
    at: new Date(nowMs),
  } as { _id: string });
  expect(await store.housekeeping.prune(ask)).toBe(2);
  expect(await db.collection("payloads").countDocuments()).toBe(1);
  expect(await store.jobs.get(jobIdOf("keyed"))).toBeUndefined();
});

test.each([{}, { bodyDigest: "one" }])(
  "a job that goes with its last change takes its long texts with it, also where a sweep saw them while it lived: %j",
  async (key) => {
    const { db, store } = await freshStore();
    await store.workers.register(workerInfo("w1"));
    await insertAll(store, [leasedJob("a", "w1", { input: { large }, ...key })]);
    const sweep = async (nowMs: number): Promise<void> => {
      await store.housekeeping.prune({ finishedBeforeMs: testTime, idempotencyWindowMs: 0, nowMs, limit: 10 });
      await store.housekeeping.forgetKeys(nowMs, 10);
    };
    await sweep(Date.now() + 2 * hourMs);
    expect((await stored(store, jobIdOf("a"))).input).toEqual({ large });
    const removal = { ...("bodyDigest" in key && { keyUntil: Date.now() + hourMs }) };
    await store.jobs.commit([completionOf(await stored(store, jobIdOf("a")), { removal })]);
    await sweep(Date.now() + 3 * hourMs);
    expect(await db.collection("payloads").countDocuments()).toBe(0);
    expect(await db.collection("jobs_status").countDocuments()).toBe(0);
  },
);

test("a job of a format that only newer programs know is neither seen to nor taken, and hides no other", async () => {
  const { db, store } = await freshStore();
  await store.workers.register(workerInfo("w1"));
  const more = { deadlineAt: testTime, effects: [effect(1)] };
  const offers = [{ queue: "mail", at: testTime }];
  await insertAll(
    store,
    ["newer", "known"].map((name) => ({ ...leasedJob(name, "w1", more), offers })),
  );
  await db
    .collection<{ _id: string }>("jobs_status")
    .updateOne({ _id: jobIdOf("newer") }, { $set: { format: newestFormat + 1 } });
  const assigned = await store.jobs.assigned({ worker: "w1", except: [] });
  expect(assigned.map(({ id }) => id)).toEqual([jobIdOf("known")]);
  expect(await store.jobs.overdue(testTime, 1)).toEqual([jobIdOf("known")]);
  expect(await store.jobs.owing(testTime + 1, 1)).toEqual([jobIdOf("known")]);
  expect(await store.jobs.offered("mail", testTime, 1)).toEqual([jobIdOf("known")]);
});

test.each([
  [{ format: newestFormat + 1 }, /newer release/],
  [{ format: newestFormat + 1, tasks: 7 }, /newer release/],
])("a job that cannot be read is no failure of the store: %j", async (broken, reason) => {
  const { db, store } = await freshStore();
  await insertAll(store, [pendingJob("a")]);
  await db.collection<{ _id: string }>("jobs_status").updateOne({ _id: jobIdOf("a") }, { $set: broken });
  const error: unknown = await store.jobs.get(jobIdOf("a")).catch((thrown: unknown) => thrown);
  expect(error).not.toBeInstanceOf(StoreUnavailable);
  expect(error).toMatchObject({ message: expect.stringMatching(reason) as string });
});

test("a job that grows over what a document holds is refused alone; its neighbours are stored", async () => {
  const { store } = await freshStore();
  const some = (count: number, from = 0) =>
    Array.from({ length: count }, (_, index) =>
      task(String(from + index), { status: "completed", result: { response: { body: "y".repeat(60_000) } } }),
    );
  const [huge, small] = [pendingJob("huge", { tasks: some(150) }), pendingJob("small")];
  await insertAll(store, [huge, small]);
  const answers = await store.jobs.commit([
    changeOf(small.job),
    changeOf(huge.job, { tasks: some(150, 150) }),
    changeOf(pendingJob("nobody").job),
  ]);
  expect(answers.map(({ kind }) => kind)).toEqual(["committed", "refused", "gone"]);
  expect((await stored(store, huge.job.id)).version).toBe(1);
  const [answer] = await store.jobs.insert([pendingJob("too large", { tasks: some(300) })]);
  expect(answer).toMatchObject({ kind: "refused", reason: expect.stringMatching(/limit/) });
});

test("documents that are not ours, and tombstones, are no jobs: neither read, listed, claimed nor pruned", async () => {
  const { db, store } = await freshStore();
  const foreign = { _id: jobIdOf("foreign"), workflow_name: "x", status: "pending", input_parameters: [] };
  await db.collection<{ _id: string }>("jobs_status").insertOne(foreign);
  expect(await store.jobs.commit([changeOf(pendingJob("foreign").job)])).toEqual([{ kind: "gone" }]);
  expect(await store.search.find({ limit: 10 })).toEqual({ jobs: [] });
  await store.housekeeping.prune({
    finishedBeforeMs: Date.now(),
    idempotencyWindowMs: 0,
    nowMs: Date.now(),
    limit: 10,
  });
  expect(await db.collection<{ _id: string }>("jobs_status").findOne({ _id: foreign._id })).toEqual(foreign);
  expect(await store.jobs.insert([pendingJob("foreign")])).toEqual([{ kind: "exists", bodyDigest: undefined }]);
});
