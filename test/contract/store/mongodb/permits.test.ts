import { MongoClient } from "mongodb";
import { expect, onTestFinished, test } from "vitest";
import type { Store } from "../../../../src/store/store.ts";
import { jobIdOf, jobOfWorkflow, testTime } from "../../../support/jobs.ts";
import { freshDatabase } from "../../../support/mongo/fresh-database.ts";
import "../../../support/mongo/skip-without-server.ts";
import { by, claimed, insertAll, registered, stored } from "../../../support/store/fresh-store.ts";
import { openStoreAt } from "../../../support/store/store-place.ts";

interface Permits {
  readonly _id: string;
  readonly rev: number;
  readonly permits: readonly {
    readonly job: string;
    readonly version: number;
    readonly token: string;
    readonly at: number;
  }[];
}

async function withOnePermit(at: number) {
  const fresh = freshDatabase();
  onTestFinished(() => fresh[Symbol.asyncDispose]());
  const store: Store = await openStoreAt({ kind: "mongodb", ...fresh });
  onTestFinished(() => store.close());
  const client = await new MongoClient(fresh.uri).connect();
  onTestFinished(() => client.close());
  await registered(store, "w1");
  await insertAll(
    store,
    [0, 1].map((index) => jobOfWorkflow("capped", `capped ${index}`, { maxRunning: 1 })),
  );
  const permits = client.db(fresh.database).collection<Permits>("permits");
  const job = jobIdOf("capped 1");
  await permits.insertOne({ _id: "capped", rev: 7, permits: [{ job, version: 1, token: "of another process", at }] });
  return { store, permits };
}

test("a permit that another process was just given, and has not used yet, counts", async () => {
  const { store } = await withOnePermit(testTime - 1000);
  expect(await store.jobs.claim(by("w1"))).toMatchObject({ jobs: [], capped: ["capped"] });
});

test("a permit whose process died before it took the job is taken back, and can be used by nobody any more", async () => {
  const { store, permits } = await withOnePermit(testTime - 60_000);
  const [job] = await claimed(store, by("w1"));
  expect(job?.id).toBe(jobIdOf("capped 0"));
  expect(await permits.findOne({})).toMatchObject({ rev: 8, permits: [{ job: jobIdOf("capped 0") }] });
  expect(await stored(store, jobIdOf("capped 1")), "another version than the permit's").toMatchObject({ version: 2 });
});
