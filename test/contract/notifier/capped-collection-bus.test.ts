import { type CollectionInfo, type Db, MongoClient } from "mongodb";
import { expect, onTestFinished, test } from "vitest";
import { busCollection } from "../../../src/notifier/capped-collection/bus-collection.ts";
import "../../support/mongo/skip-without-server.ts";
import { freshPlace } from "./bus-process.ts";

const sizeBytes = 128 * 1024;

async function freshDb(): Promise<Db> {
  const { uri, database } = freshPlace();
  const client = new MongoClient(uri);
  onTestFinished(() => client.close());
  return client.db(database);
}

async function collections(db: Db): Promise<{ readonly name: string; readonly size: unknown }[]> {
  const infos: CollectionInfo[] = await db.listCollections({}, { nameOnly: false }).toArray();
  return infos
    .map(({ name, options }) => ({ name, size: options?.["size"] }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

test("in an empty database the bus is jobs, of the size asked for, and not empty", async () => {
  const db = await freshDb();
  expect(await busCollection(db, { sizeBytes })).toBe("jobs");
  expect(await collections(db)).toEqual([{ name: "jobs", size: sizeBytes }]);
  expect(await db.collection("jobs").countDocuments()).toBe(1);
});

test("processes that start together find or make one bus", async () => {
  const db = await freshDb();
  const names = await Promise.all(Array.from({ length: 8 }, () => busCollection(db, { sizeBytes })));
  expect(new Set(names)).toEqual(new Set(["jobs"]));
  expect(await collections(db)).toEqual([{ name: "jobs", size: sizeBytes }]);
});

test("a capped collection that is there stays as it is", async () => {
  const db = await freshDb();
  await db.createCollection("jobs", { capped: true, size: 65536 });
  await db.collection("jobs").insertOne({ workflow_name: "greet" });
  expect(await busCollection(db, { sizeBytes })).toBe("jobs");
  expect(await collections(db)).toEqual([{ name: "jobs", size: 65536 }]);
  expect(await db.collection("jobs").countDocuments()).toBe(1);
});

test("an ordinary collection jobs is somebody's data: it stays as it is, and the bus is jobs_bus", async () => {
  const db = await freshDb();
  await db.collection("jobs").insertOne({ workflow_name: "greet" });
  for (let start = 0; start < 2; start++) expect(await busCollection(db, { sizeBytes })).toBe("jobs_bus");
  expect(await collections(db)).toEqual([
    { name: "jobs", size: undefined },
    { name: "jobs_bus", size: sizeBytes },
  ]);
  expect(await db.collection("jobs").countDocuments()).toBe(1);
});

test("a view named jobs counts as somebody's data", async () => {
  const db = await freshDb();
  await db.createCollection("jobs", { viewOn: "elsewhere", pipeline: [] });
  expect(await busCollection(db, { sizeBytes })).toBe("jobs_bus");
});

test("where jobs is gone later, the bus stays where the others listen", async () => {
  const db = await freshDb();
  await db.collection("jobs").insertOne({});
  await busCollection(db, { sizeBytes });
  await db.collection("jobs").drop();
  expect(await busCollection(db, { sizeBytes })).toBe("jobs_bus");
});
