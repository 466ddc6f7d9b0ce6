import { MongoClient } from "mongodb";
import { type TestContext, test } from "vitest";
import { StoreUnavailable } from "../../../../src/model/errors.ts";
import { openMongoStore } from "../../../../src/store/mongodb/mongo-store.ts";
import type { Store } from "../../../../src/store/store.ts";
import { changeOf, jobIdOf, pendingJob, workerInfo } from "../../../support/jobs.ts";
import { type Mongod, startMongod } from "../../../support/mongo/replica-set.ts";
import "../../../support/mongo/skip-without-server.ts";
import { by, insertAll, stored } from "../../../support/store/fresh-store.ts";

interface Own {
  readonly store: Store;
  readonly client: MongoClient;
  readonly mongod: Mongod;
}

/** A store on a server of its own, whose commands can be made to fail. */
async function ownStore({ onTestFinished }: TestContext): Promise<Own> {
  const mongod = await startMongod({ args: ["--setParameter", "enableTestCommands=1"] });
  onTestFinished(() => mongod.stop());
  const options = { retryWrites: false, serverSelectionTimeoutMS: 1000, heartbeatFrequencyMS: 1000 };
  const client = await new MongoClient(mongod.uri, options).connect();
  const store = await openMongoStore({ client, database: "refusals", migrate: true });
  onTestFinished(() => store.close());
  return { store, client, mongod };
}

test.concurrent("an error of the server that is not about the document fails no job: the store is not available, and the job as it was", async (context) => {
  const { expect } = context;
  const { store, client } = await ownStore(context);
  const { job, history } = pendingJob("a");
  await insertAll(store, [{ job, history }]);
  const failUpdates = (mode: string) => client.db("admin").command({ configureFailPoint: "failAllUpdates", mode });
  await failUpdates("alwaysOn"); // those of the counts too
  await expect(store.jobs.commit([changeOf(job)])).rejects.toThrow(StoreUnavailable);
  await failUpdates("off");
  expect(await stored(store, job.id)).toEqual(job);
  expect(await store.jobs.commit([changeOf(job)])).toEqual([{ kind: "committed", version: 2 }]);
});

test.concurrent("a claim that cannot look says that it has written nothing, and names no host to callers", async (context) => {
  const { expect } = context;
  const { store, mongod } = await ownStore(context);
  await store.workers.register(workerInfo("w1"));
  const [member] = mongod.members;
  await member?.stop("SIGKILL");
  const failure: unknown = await store.jobs.claim(by("w1")).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: "store_unavailable", nothingWritten: true });
  expect(String(failure)).not.toContain("127.0.0.1");
  await member?.restart();
});

test.concurrent("while the server takes no writes health says so, and a write is given up in its time", async (context) => {
  const { expect } = context;
  const { store, client } = await ownStore(context);
  await client.db("admin").command({ fsync: 1, lock: true });
  const insert = store.jobs.insert([pendingJob("a")]).catch((error: unknown) => error);
  await expect.poll(async () => (await store.housekeeping.health(0)).writable, { timeout: 30_000 }).toBe(false);
  expect(await insert).toBeInstanceOf(StoreUnavailable);
  await client.db("admin").command({ fsyncUnlock: 1 });
  await expect.poll(async () => (await store.housekeeping.health(0)).writable, { timeout: 30_000 }).toBe(true);
  const [answer] = await store.jobs.insert([pendingJob("b")]);
  expect(answer).toEqual({ kind: "inserted", leased: false });
  expect(await store.jobs.get(jobIdOf("b"))).toBeDefined();
}, 90_000);
