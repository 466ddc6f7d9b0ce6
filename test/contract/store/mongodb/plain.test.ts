import { MongoClient } from "mongodb";
import { expect, onTestFinished, test } from "vitest";
import { openMongoStore } from "../../../../src/store/mongodb/mongo-store.ts";
import { changeOf, completionOf, effect, pendingJob } from "../../../support/jobs.ts";
import { freshDatabase } from "../../../support/mongo/fresh-database.ts";
import "../../../support/mongo/skip-without-server.ts";

test("a job that has nothing rare is stored without a field for it, from its start to its end", async () => {
  const fresh = freshDatabase();
  onTestFinished(() => fresh[Symbol.asyncDispose]());
  const client = await new MongoClient(fresh.uri, { retryWrites: false }).connect();
  const store = await openMongoStore({ client, database: fresh.database, migrate: true });
  onTestFinished(() => store.close());
  const stored = async (): Promise<string[]> =>
    Object.keys((await client.db(fresh.database).collection("jobs_status").findOne({})) ?? {});
  const { job, history } = pendingJob("a");
  await store.jobs.insert([{ job, history }]);
  const rare = ["parent", "effects", "owedSince", "extras", "offers"];
  const atFirst = await stored();
  expect(atFirst).not.toEqual(expect.arrayContaining([expect.stringMatching(rare.join("|"))]));
  await store.jobs.commit([changeOf(job)]);
  await store.jobs.commit([changeOf({ ...job, version: 2 }, { effects: [effect(1)] })]);
  expect(await stored()).toEqual(expect.arrayContaining(["effects", "owedSince"]));
  await store.jobs.commit([completionOf({ ...job, version: 3 }, { effects: [], offers: [] })]);
  expect((await stored()).filter((field) => rare.includes(field))).toEqual([]);
});
