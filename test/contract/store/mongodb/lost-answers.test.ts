import { MongoClient } from "mongodb";
import { expect, onTestFinished, test } from "vitest";
import type { Ephemeral } from "../../../../src/model/job/extras.ts";
import type { Job } from "../../../../src/model/job/job.ts";
import { openMongoStore } from "../../../../src/store/mongodb/mongo-store.ts";
import type { Store } from "../../../../src/store/store.ts";
import { eventually } from "../../../support/eventually.ts";
import { completionOf, pendingJob, testTime } from "../../../support/jobs.ts";
import { breakablePath } from "../../../support/mongo/breakable-path.ts";
import { freshDatabase } from "../../../support/mongo/fresh-database.ts";
import "../../../support/mongo/skip-without-server.ts";
import { by, claimed, registered } from "../../../support/store/fresh-store.ts";

const keyed = { bodyDigest: "one" };

/** Completes the job, which goes with that. */
function ended(removal: Ephemeral) {
  return async ({ jobs }: Store, job: Job): Promise<void> => {
    expect(await jobs.commit([completionOf(job, { removal })])).toMatchObject([{ kind: "committed" }]);
  };
}

/** Completes the job, which people delete then. */
async function deleted({ jobs, housekeeping }: Store, job: Job): Promise<void> {
  await jobs.commit([completionOf(job)]);
  const ask = { id: job.id, expectedVersion: job.version + 1, idempotencyWindowMs: 0, nowMs: Date.now() };
  expect(await housekeeping.remove(ask)).toBe(true);
}

test.each([
  { start: "without a key", key: {}, goes: ended({}) },
  { start: "under a key", key: keyed, goes: ended({ keyUntil: testTime + 1000 }) },
  { start: "under a key whose time is over", key: keyed, goes: ended({ keyUntil: testTime }) },
  { start: "of a job that is deleted", key: {}, goes: deleted },
  { start: "of a job that is deleted with its key", key: keyed, goes: deleted },
])("a start $start, whose answer is lost and whose job is gone meanwhile, is done once", async ({ key, goes }) => {
  const fresh = freshDatabase();
  onTestFinished(() => fresh[Symbol.asyncDispose]());
  const path = await breakablePath(fresh.uri);
  onTestFinished(() => path[Symbol.asyncDispose]());
  const open = async (uri: string): Promise<Store> => {
    const client = await new MongoClient(uri, { retryWrites: false }).connect();
    const store = await openMongoStore({ client, database: fresh.database, migrate: true });
    onTestFinished(() => store.close());
    return store;
  };
  const worker = await open(fresh.uri);
  const server = await open(path.uri);
  await registered(worker, "w1");
  path.loseAnswers();
  const inserting = server.jobs.insert([pendingJob("a", { createdAt: Date.now(), readyAt: testTime, ...key })]);
  const jobs: Job[] = [];
  await eventually("the job has arrived", async () => {
    jobs.push(...(await claimed(worker, by("w1"))));
    return jobs.length > 0;
  });
  for (const job of jobs) await goes(worker, job);
  await worker.housekeeping.forgetKeys(Date.now() + 30_000, 10);
  path.breakOff();
  expect(await inserting).toEqual([{ kind: "inserted", leased: false }]);
  expect(await claimed(worker, by("w1"))).toEqual([]);
});
