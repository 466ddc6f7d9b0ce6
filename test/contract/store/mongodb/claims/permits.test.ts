import { MongoClient } from "mongodb";
import { expect, onTestFinished, test } from "vitest";
import { claimJobs } from "../../../../../src/store/mongodb/claims/claim.ts";
import { permitted } from "../../../../../src/store/mongodb/claims/permits.ts";
import { collectionsOf } from "../../../../../src/store/mongodb/collections.ts";
import { suspectFrom } from "../../../../../src/store/suspects.ts";
import { jobIdOf, jobOfWorkflow, testTime } from "../../../../support/jobs.ts";
import { freshDatabase } from "../../../../support/mongo/fresh-database.ts";
import "../../../../support/mongo/skip-without-server.ts";
import { by, claimed, insertAll, registered, stored } from "../../../../support/store/fresh-store.ts";
import { openStoreAt } from "../../../../support/store/store-place.ts";

/** A store with so many pending jobs of a workflow, of which so many may be with workers. */
async function withCapped(jobs: number, maxRunning: number, lost = 0) {
  const fresh = freshDatabase();
  onTestFinished(() => fresh[Symbol.asyncDispose]());
  const store = await openStoreAt({ kind: "mongodb", ...fresh });
  onTestFinished(() => store.close());
  const client = await new MongoClient(fresh.uri).connect();
  onTestFinished(() => client.close());
  await registered(store, "w1");
  const pending = Array.from({ length: jobs }, (_, index) =>
    jobOfWorkflow("capped", `capped ${index}`, { maxRunning, lost }),
  );
  await insertAll(store, pending);
  return { store, collections: collectionsOf(client.db(fresh.database)) };
}

/** Two jobs of which one may be with a worker, and a permit for the second that another process was given at that time. */
async function withOnePermit(at: number, lost = 0) {
  const { store, collections } = await withCapped(2, 1, lost);
  const permit = { job: jobIdOf("capped 1"), version: 1, token: "of another process", at };
  await collections.permits.insertOne({ _id: "capped", rev: 7, permits: [permit] });
  return { store, permits: collections.permits };
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

test("such a permit is taken back also where more is ready than a claim asks for, and where its workflow has only suspects", async () => {
  const { store } = await withOnePermit(testTime - 60_000);
  expect(await claimed(store, by("w1", { limit: 1 }))).toHaveLength(1);
  const { store: other } = await withOnePermit(testTime - 60_000, suspectFrom);
  expect(await other.jobs.claim(by("w1"))).toMatchObject({ jobs: [], suspectsReady: true });
  expect(await claimed(other, by("w1", { of: "suspect" }))).toHaveLength(1);
});

test("of many claims that ask for permits at once, no more get one than the workflow allows", async () => {
  const { collections } = await withCapped(40, 4);
  const asks = Array.from({ length: 40 }, (_, index) => {
    const ready = {
      workflow: "capped",
      status: "pending" as const,
      lost: 0,
      readyAt: testTime,
      version: 1,
      maxRunning: 4,
    };
    return permitted(collections, `token ${index}`, testTime, [{ _id: jobIdOf(`capped ${index}`), ...ready }]);
  });
  const granted = (await Promise.all(asks)).flatMap(({ jobs }) => jobs);
  expect(granted).toHaveLength(4);
});

test("a permit is of no use for a job that changed since, and the next one is", async () => {
  const { collections } = await withCapped(1, 1);
  const { permits, jobs } = collections;
  let looks = 0;
  const findOne: typeof permits.findOne = async (filter = {}) => {
    if (looks++ === 0) await jobs.updateOne({}, { $inc: { version: 1 } });
    return permits.findOne(filter);
  };
  const raced = new Proxy(permits, {
    get(target, name) {
      if (name === "findOne") return findOne;
      const member: unknown = Reflect.get(target, name);
      return typeof member === "function" ? (member.bind(target) as unknown) : member;
    },
  });
  let tokens = 0;
  const living = { among: (workers: ReadonlySet<string>) => Promise.resolve(workers) };
  const claims = {
    token: () => `token ${++tokens}`,
    living,
    served: "",
    underWay: new Set<string>(),
    behind: false,
    byPriority: false,
  };
  const answer = await claimJobs({ ...collections, permits: raced }, claims, by("w1"));
  expect(answer).toMatchObject({ jobs: [{ id: jobIdOf("capped 0"), version: 3 }] });
  expect(await permits.findOne({})).toMatchObject({ rev: 2, permits: [{ version: 2, token: "token 2" }] });
});
