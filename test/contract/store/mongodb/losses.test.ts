import { MongoClient } from "mongodb";
import { expect, onTestFinished, test } from "vitest";
import { openMongoStore } from "../../../../src/store/mongodb/mongo-store.ts";
import type { Store } from "../../../../src/store/store.ts";
import { changeOf, jobIdOf, leasedJob, testTime, workerInfo } from "../../../support/jobs.ts";
import { freshDatabase } from "../../../support/mongo/fresh-database.ts";
import "../../../support/mongo/skip-without-server.ts";
import { insertAll, stored } from "../../../support/store/fresh-store.ts";

async function freshStore(): Promise<{
  readonly store: Store;
  readonly client: MongoClient;
  readonly database: string;
}> {
  const { uri, database, ...fresh } = freshDatabase();
  onTestFinished(() => fresh[Symbol.asyncDispose]());
  const client = await new MongoClient(uri, { retryWrites: false }).connect();
  const store = await openMongoStore({ client, database, migrate: true, secretNames: [] });
  onTestFinished(() => store.close());
  return { store, client, database };
}

test("a job that was assigned after the last sign of life of a dead worker, and that nobody changed, is not counted as lost by it", async () => {
  const { store } = await freshStore();
  await store.workers.register(workerInfo("w1"));
  await store.workers.beat({ worker: "w1", beat: 2, room: 10, held: [] });
  const later = Date.now() + 60_000;
  const [before, after, run] = [
    leasedJob("before", "w1", { createdAt: testTime }),
    leasedJob("after", "w1", { createdAt: later }),
    leasedJob("run", "w1", { createdAt: later }),
  ];
  await insertAll(store, [before, after, run]);
  await store.jobs.commit([changeOf(run.job)]);
  expect(await store.workers.expire("w1", 2, later)).toBe(3);
  const lost = async (name: string): Promise<number> => (await stored(store, jobIdOf(name))).lost;
  expect([await lost("before"), await lost("after"), await lost("run")]).toEqual([1, 0, 1]);
  // In case it did reach the worker.
  expect((await stored(store, jobIdOf("after"))).lostBy).toEqual({ worker: "w1", at: later, lost: 0 });
});

test("the end of a worker that its rescuer began and did not finish is listed, and finished by the next", async () => {
  const { store, client, database } = await freshStore();
  await store.workers.register(workerInfo("w1"));
  await insertAll(store, [leasedJob("a", "w1")]);
  await client
    .db(database)
    .collection<{ _id: string }>("workers")
    .updateOne({ _id: "w1" }, { $set: { beat: -1 } });
  const [row] = await store.workers.list();
  expect(row).toMatchObject({ id: "w1", ended: true });
  expect(await store.workers.beat({ worker: "w1", beat: 2, room: 0, held: [] })).toEqual({ kind: "expired" });
  expect(await store.workers.expire("w1", row?.beat ?? 1, testTime)).toBe(1);
  expect(await stored(store, jobIdOf("a"))).toMatchObject({ lost: 1, version: 2 });
  expect(await store.workers.list()).toEqual([]);
});

test("jobs whose worker has no row are listed by it, and freed without being counted", async () => {
  const { store, client, database } = await freshStore();
  await store.workers.register(workerInfo("w1"));
  await insertAll(store, [leasedJob("a", "w1")]);
  await client.db(database).collection<{ _id: string }>("workers").deleteOne({ _id: "w1" }); // it ended before the job was stored
  const [ghost] = await store.workers.list();
  expect(ghost).toMatchObject({ id: "w1", ended: true });
  expect(await store.workers.expire("w1", ghost?.beat ?? 1, testTime)).toBe(1);
  expect(await stored(store, jobIdOf("a"))).toMatchObject({ lost: 0, version: 2 });
  expect(await store.workers.list()).toEqual([]);
});
