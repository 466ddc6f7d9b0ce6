import { type Collection, MongoClient, MongoServerError } from "mongodb";
import { type Completion, type JobDocument, taskKey } from "./job-document.ts";

/** Tells a worker which jobs were stored for it. */
export interface HintDocument {
  readonly to: string;
  readonly jobs: readonly string[];
}

export interface Collections {
  readonly jobs: Collection<JobDocument>;
  readonly hints: Collection<HintDocument>;
}

const hintBytes = 16 * 1024 * 1024;

/** The floor's part of a database, with the guarantees of the product: acknowledged is durable on a majority. */
export async function openCollections(uri: string, database: string): Promise<Collections> {
  const client = new MongoClient(uri, { retryWrites: false, writeConcern: { w: "majority", journal: true } });
  const db = (await client.connect()).db(database);
  return {
    jobs: db.collection("jobs_status"),
    hints: db.collection("jobs", { writeConcern: { w: 1, journal: false } }),
  };
}

/** Makes the collections and the one index that assigned jobs need; lists have none here. */
export async function createCollections(uri: string, database: string): Promise<void> {
  const client = new MongoClient(uri);
  try {
    const db = (await client.connect()).db(database);
    const jobs = await db.createCollection("jobs_status");
    await jobs.createIndex(
      { owner: 1, fence: 1, _id: 1 },
      { partialFilterExpression: { owner: { $exists: true } } },
      {},
    );
    const hints = await db.createCollection("jobs", { capped: true, size: hintBytes });
    await hints.insertOne({ to: "nobody", jobs: [] }); // a cursor on an empty collection is dead at once
  } finally {
    await client.close();
  }
}

/**
 * Applies all of a batch with one statement: each document finds its change at the place of its id, and merges it where version
 * and fence are those that the change was decided on. Throws unless each was applied.
 */
export async function commitAll(jobs: Collection<JobDocument>, completions: readonly Completion[]): Promise<void> {
  const ids = completions.map(({ id }) => id);
  const change = { $arrayElemAt: [{ $literal: completions }, { $indexOfArray: [{ $literal: ids }, "$_id"] }] };
  const applied = {
    $mergeObjects: [
      "$$ROOT",
      "$$change.set",
      {
        tasks: { [taskKey]: "$$change.task" },
        history: { $concatArrays: ["$history", ["$$change.history"]] },
      },
    ],
  };
  const ended = { $unsetField: { field: "owner", input: { $unsetField: { field: "readyAt", input: applied } } } };
  const matching = { $and: [{ $eq: ["$version", "$$change.version"] }, { $eq: ["$fence", "$$change.fence"] }] };
  const { modifiedCount } = await jobs.updateMany({ _id: { $in: ids } }, [
    { $replaceWith: { $let: { vars: { change }, in: { $cond: [matching, ended, "$$ROOT"] } } } },
  ]);
  if (modifiedCount !== ids.length) throw new MongoServerError({ message: "A change of the floor was not applied" });
}
