import { type Document, MongoClient } from "mongodb";
import { expect, onTestFinished, test } from "vitest";
import { openMongoStore } from "../../../../src/store/mongodb/mongo-store.ts";
import type { ChangeMark } from "../../../../src/store/search.ts";
import type { Store } from "../../../../src/store/store.ts";
import { changeOf, jobIdOf, pendingJob } from "../../../support/jobs.ts";
import { freshDatabase } from "../../../support/mongo/fresh-database.ts";
import "../../../support/mongo/skip-without-server.ts";
import { insertAll } from "../../../support/store/fresh-store.ts";

test("a change that becomes visible late, under a time that was told already, is told; what was told is not, unless to another process", async () => {
  const place = freshDatabase();
  onTestFinished(() => place[Symbol.asyncDispose]());
  const open = async (): Promise<{ store: Store; client: MongoClient }> => {
    const client = await new MongoClient(place.uri, { retryWrites: false }).connect();
    const store = await openMongoStore({ client, database: place.database, migrate: true });
    onTestFinished(() => store.close());
    return { store, client };
  };
  const [{ store, client }, other] = [await open(), await open()];
  const told = async (by: Store, since: ChangeMark): Promise<{ ids: string[]; mark: ChangeMark }> => {
    const { jobs, mark } = await by.search.changed({ since, limit: 10 });
    return { ids: jobs.map(({ job }) => job.id), mark };
  };
  const starts = ["a", "b"].map((name) => pendingJob(name));
  await insertAll(store, starts);
  const begin = await store.search.changed({ limit: 10 });
  for (const { job } of starts) await store.jobs.commit([changeOf(job)]);
  const first = await told(store, begin.mark);
  expect(first.ids.sort()).toEqual(starts.map(({ job }) => job.id).sort());
  expect((await told(store, first.mark)).ids).toEqual([]);

  // Its server took this one up before the others, and was slow.
  const jobs = client.db(place.database).collection<Document & { _id: string }>("jobs_status");
  const { changedAt } = (await jobs.findOne({ _id: jobIdOf("b") })) as unknown as { readonly changedAt: Date };
  const late = { version: 3, changedAt: new Date(changedAt.getTime() - 1500) };
  await jobs.updateOne({ _id: jobIdOf("a") }, { $set: late });
  const second = await told(store, first.mark);
  expect(second.ids).toEqual([jobIdOf("a")]);
  expect((await told(store, second.mark)).ids).toEqual([]);
  expect((await told(other.store, second.mark)).ids.sort()).toEqual([jobIdOf("a"), jobIdOf("b")].sort());
});
