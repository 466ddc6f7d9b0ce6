import { type Collection, type Document, MongoClient } from "mongodb";
import { expect, onTestFinished, test } from "vitest";
import { never } from "../../../../src/model/job/job.ts";
import { type Collections, collectionsOf } from "../../../../src/store/mongodb/collections.ts";
import { mendCounts } from "../../../../src/store/mongodb/counts/mend.ts";
import { readCounts } from "../../../../src/store/mongodb/counts/read-counts.ts";
import { Tally } from "../../../../src/store/mongodb/counts/tally.ts";
import type { TallyDocument } from "../../../../src/store/mongodb/counts/tally-document.ts";
import { openMongoStore } from "../../../../src/store/mongodb/mongo-store.ts";
import type { Store } from "../../../../src/store/store.ts";
import { eventually } from "../../../support/eventually.ts";
import {
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
import { besideFinds } from "../../../support/mongo/beside-finds.ts";
import { freshDatabase } from "../../../support/mongo/fresh-database.ts";
import "../../../support/mongo/skip-without-server.ts";
import { expectCounted, expectCounts } from "../../../support/store/counted.ts";
import { insertAll, stored } from "../../../support/store/fresh-store.ts";

/** A database, what is in it, and processes that work with it. */
async function fresh() {
  const place = freshDatabase();
  onTestFinished(() => place[Symbol.asyncDispose]());
  const client = await new MongoClient(place.uri, { retryWrites: false }).connect();
  onTestFinished(() => client.close());
  const db = client.db(place.database);
  return {
    jobs: db.collection<Document & { _id: string }>("jobs_status"),
    counts: db.collection<Document & { _id: string }>("job_counts"),
    schema: db.collection<Document & { _id: string }>("schema"),
    /** The same, as a process has it; `see` gets every command that it sends. */
    async watched(see: (command: Document) => void): Promise<Collections> {
      const own = await new MongoClient(place.uri, { retryWrites: false, monitorCommands: true }).connect();
      onTestFinished(() => own.close());
      own.on("commandStarted", ({ command }) => see(command));
      return collectionsOf(own.db(place.database));
    },
    async open(): Promise<Store> {
      const own = await new MongoClient(place.uri, { retryWrites: false }).connect();
      const store = await openMongoStore({ client: own, database: place.database, migrate: true });
      onTestFinished(() => store.close());
      return store;
    },
  };
}

const longAgo = new Date(testTime);

const awaiting = task("0", { type: "wait", status: "awaiting" });

test("a process that ended while it wrote jobs is noticed, and what it did not count is found", async () => {
  const { open, jobs, counts } = await fresh();
  const store = await open();
  await insertAll(store, [pendingJob("a"), pendingJob("b", { waiting: "retry" })]);
  await expectCounted(store);
  const stale = await jobs.findOne({ _id: jobIdOf("b") });
  await jobs.insertOne({ ...stale, _id: "f".repeat(24) }); // by the other process, which did not get to count it
  const said = { workflow: "greet", status: "completed", jobs: 1 };
  const { queue: _queue, waiting: _waiting, ...ended }: Document = stale ?? {};
  await jobs.insertOne({ ...ended, _id: "e".repeat(24), shown: "completed", status: "completed" });
  await counts.insertOne({ _id: "p:dead", seq: 3, busy: true, seenAt: longAgo, rows: { 0: said } });
  await expectCounts(store, [
    ["greet", "pending", undefined, 1],
    ["greet", "pending", "retry", 2],
    ["greet", "completed", undefined, 1],
  ]);
  await eventually("its document is gone", async () => (await counts.countDocuments({ _id: "p:dead" })) === 0);
  await expectCounted(store);
});

test("a process that was taken for dead goes on, and what it said is counted once", async () => {
  const { open, counts } = await fresh();
  const [store, other] = [await open(), await open()];
  await insertAll(store, [pendingJob("a"), pendingJob("b")]);
  await eventually("the process is idle", async () => (await counts.countDocuments({ busy: false })) === 1);
  await eventually("it is taken for dead", async () => {
    await counts.updateOne({ busy: false }, { $set: { busy: true, seenAt: longAgo } }); // it may have said once more that it is idle
    await other.search.counts({});
    return (await counts.countDocuments({ _id: { $gt: "p:" } })) === 0;
  });
  await expectCounts(other, [["greet", "pending", undefined, 2]]);
  await store.jobs.commit([completionOf(await stored(store, jobIdOf("a")))]);
  await insertAll(store, [pendingJob("c")]);
  await expectCounts(other, [
    ["greet", "pending", undefined, 2],
    ["greet", "completed", undefined, 1],
  ]);
});

test("a process that doubts again and again has the jobs counted all the same, and what it doubted last once more", async () => {
  const { open, jobs, counts } = await fresh();
  const store = await open();
  await insertAll(store, [pendingJob("a")]);
  await expectCounted(store);
  const tally = new Tally(counts as unknown as Collection<TallyDocument>);
  const doubt = async (): Promise<void> => {
    tally.doubt();
    await tally.written();
  };
  await doubt();
  const set = { doubtAt: new Date(Date.now() - 25_000), doubtSince: new Date(Date.now() - 25_000) };
  await counts.updateOne({ _id: tally.id }, { $set: set });
  await doubt();
  const stale = await jobs.findOne({ _id: jobIdOf("a") });
  await jobs.insertOne({ ...stale, _id: "f".repeat(24) }); // of that write nobody heard
  await expectCounts(store, [["greet", "pending", undefined, 2]]);
  await eventually("the last doubt is left", async () => {
    const found = await counts.findOne({ _id: tally.id });
    return found?.["doubtAt"] > set.doubtAt && Number(found?.["doubtSince"]) === Number(found?.["doubtAt"]);
  });
  await counts.updateOne({ _id: tally.id }, { $set: set });
  await eventually("it is settled", async () => {
    await store.search.counts({});
    return (await counts.countDocuments({ doubtSince: { $exists: true } })) === 0;
  });
  await tally.close();
});

test("while processes say at every moment what they changed no job is counted in vain, and it is told that some may be missing", async () => {
  const { open, jobs, counts, watched } = await fresh();
  const store = await open();
  await insertAll(store, [pendingJob("a")]);
  await expectCounted(store);
  const stale = await jobs.findOne({ _id: jobIdOf("a") });
  await jobs.insertOne({ ...stale, _id: "f".repeat(24) }); // by one that was killed
  await counts.insertOne({ _id: "p:dead", seq: 3, busy: true, seenAt: longAgo });
  await counts.insertOne({ _id: "p:other", seq: 1, busy: false, seenAt: new Date() });
  const counted: Document[] = [];
  const collections = await watched(({ aggregate, ...command }) => {
    if (aggregate === "jobs_status") counted.push(command);
  });
  let moments = 0;
  const speak = async (): Promise<void> => {
    expect(counted).toEqual([]);
    if (++moments <= 3) await counts.updateOne({ _id: "p:other" }, { $inc: { seq: 1 } });
  };
  const tallies = besideFinds(collections.tallies, () => true, { before: speak });
  expect(await readCounts(collections)).toMatchObject({ rows: [{ jobs: 1 }], isDoubtful: true });
  expect(await mendCounts({ ...collections, tallies })).toBe(true);
  expect(moments).toBeGreaterThan(3);
  expect(counted).toHaveLength(2); // all, and those that wait
  expect((await store.search.counts({})).isDoubtful).toBeUndefined();
  await expectCounted(store);
});

test("a process that ends in good order leaves its counts to the others, and nothing else", async () => {
  const { open, counts } = await fresh();
  const [store, other] = [await open(), await open()];
  await insertAll(store, [pendingJob("a"), completedJob("b"), leasedJob("c", "w1")]);
  await store.close();
  expect(await counts.countDocuments({ _id: { $gt: "p:" } })).toBe(0);
  expect(await other.search.counts({})).toEqual({
    counts: [
      { workflow: "greet", status: "pending", jobs: 2 },
      { workflow: "greet", status: "completed", jobs: 1 },
    ],
  });
});

test.each([
  { by: "an earlier version", left: { version: 2, readableFrom: 1 } },
  { by: "an earlier version that was gone back to", left: {} },
])("jobs of $by are counted at the next start, and it is told for what they wait", async ({ left }) => {
  const { open, jobs, counts, schema } = await fresh();
  const first = await open();
  await first.workers.register(workerInfo("w1"));
  await insertAll(first, [
    completedJob("ended", { effects: [effect(1)] }),
    pendingJob("fresh"),
    pendingJob("parked", { status: "running", startedAt: testTime, readyAt: testTime + 5 }),
    pendingJob("looks alike", {
      status: "running",
      startedAt: testTime,
      readyAt: testTime + 5,
      tasks: [
        task("0", {
          error: { code: "x", message: '","status":"awaiting' },
          result: { response: { status: "awaiting" } },
        }),
      ],
    }),
    pendingJob("sleeping", { status: "running", startedAt: testTime, readyAt: testTime + 5, tasks: [awaiting] }),
    pendingJob("calling", {
      status: "running",
      startedAt: testTime,
      readyAt: never,
      tasks: [task("0", { status: "completed" }), { ...awaiting, path: "1", name: 'a "b"', type: "sub_workflow" }],
    }),
    pendingJob("unread", {
      status: "running",
      startedAt: testTime,
      readyAt: testTime + 5,
      tasks: [{ ...awaiting, result: { response: "x".repeat(70_000) } }],
    }),
    pendingJob("lost", { lost: 2 }),
    pendingJob("paused", { status: "paused", readyAt: never }),
    pendingJob("listening", { status: "running", startedAt: testTime, readyAt: never, tasks: [awaiting] }),
    leasedJob("held", "w1"),
  ]);
  await first.close();
  await jobs.updateMany({}, { $unset: { changedAt: "", waiting: "", labels: "" } });
  if ("version" in left) await counts.drop();
  else await counts.updateOne({ _id: "all" }, { $set: { rows: [] } });
  await schema.updateOne({ _id: "version" }, { $set: left });
  const finished = {
    key: { finishedAt: 1 },
    name: "finished",
    partialFilterExpression: { finishedAt: { $exists: true } },
  };
  await jobs.createIndexes([finished]);

  const store = await open();
  expect((await jobs.indexes()).map(({ name }) => name)).not.toContain("finished");
  await expectCounts(store, [
    ["greet", "completed", undefined, 1],
    ["greet", "pending", "start", 1],
    ["greet", "running", "retry", 2],
    ["greet", "running", "time", 1],
    ["greet", "running", "job", 1],
    ["greet", "pending", "worker_lost", 1],
    ["greet", "paused", "paused", 1],
    ["greet", "running", "event", 1],
    ["greet", "running", undefined, 2], // one is held, of the other it cannot be told
  ]);
  const { mark } = await store.search.changed({ limit: 10 });
  await store.jobs.commit([completionOf(await stored(store, jobIdOf("parked")))]);
  await store.workers.surrender("w1");
  await expectCounted(store);
  const { jobs: changed } = await store.search.changed({ since: mark, limit: 10 });
  expect(changed.map(({ job }) => job.id).sort()).toEqual([jobIdOf("parked"), jobIdOf("held")].sort());
});
