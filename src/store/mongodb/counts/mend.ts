import { setTimeout as delay } from "node:timers/promises";
import type { Document, Timestamp } from "mongodb";
import { jobStatuses } from "../../../model/job/job.ts";
import { waitingReasons } from "../../../model/search/waiting.ts";
import type { Collections } from "../collections.ts";
import { anyQueue } from "../documents/queues.ts";
import { replaceWhole, summed } from "./fold.ts";
import { isMissing, judgedTallies, type TallyAsRead } from "./read-counts.ts";
import type { Standing } from "./standing.ts";
import { type CountRow, type WholeDocument, wholeId } from "./tally-document.ts";

/** Moments that are tried, one after the other, until there is one at which nobody writes. */
const momentsTried = 40;

/** Longest between two of them, in ms. */
const apartMs = 250;

/** By then a process that wrote at the moment has said so: it says so at the same time as it writes. In ms. */
const saidWithinMs = 150;

/**
 * Counts all jobs, by their indexes, as they were at a moment at which every living process had said all that it changed; what those did not say is what
 * the others, and those that ended while they wrote, did. True where that was possible, or where others did it: where somebody writes at any moment, it is not, and is
 * to be tried again. `always`: they are counted though nothing seems to be missing.
 */
export async function mendCounts(collections: Collections, always?: "always"): Promise<boolean> {
  for (let moment = 0; moment < momentsTried; moment++) {
    if (await mendAsOfNow(collections, always === "always")) return true;
    await delay(Math.random() * apartMs);
  }
  return false;
}

interface Moment {
  /** To read at; absent: the server has no such reads, as it stands alone. */
  readonly at?: Timestamp;
  readonly tallies: readonly TallyAsRead[];
  readonly whole: WholeDocument;
}

/** The count, which takes seconds of a large collection, comes after all that may show that it would be in vain. */
async function mendAsOfNow(collections: Collections, always: boolean): Promise<boolean> {
  const now = await momentOf(collections);
  const { contained, rev } = now.whole;
  const own = now.tallies.filter(({ _id }) => !contained.includes(_id));
  const living = own.filter(({ isDead }) => !isDead);
  if (!always && !isMissing(own, rev)) return true;
  if (living.some(({ busy }) => busy) || !(await saysNothing(collections, living))) return false;
  const counted = await countJobs(collections, now.at);
  if (now.at === undefined && !(await saysNothing(collections, living))) return false; // it counted what came meanwhile
  const said = living.flatMap(({ rows = {} }) => Object.values(rows));
  const rows = summed([...counted, ...said.map((row) => ({ ...row, jobs: -row.jobs }))]);
  const dead = own.filter(({ isDead }) => isDead).map(({ _id }) => _id);
  if (!(await replaceWhole(collections, rev, rows, [...contained, ...dead]))) return false;
  await collections.tallies.deleteMany({ _id: { $in: dead } });
  for (const { _id, isDoubtful, settledUntil } of living)
    if (isDoubtful) await collections.tallies.updateOne({ _id }, [{ $set: doubtsAfter(settledUntil) }]);
  return true;
}

/** Where there was another doubt since, it is the next to be settled: also those before it are by then. */
function doubtsAfter(settledUntil: Date): Document {
  const last = { $cond: [{ $gt: ["$doubtAt", settledUntil] }, "$doubtAt", "$$REMOVE"] };
  return { doubtAt: last, doubtSince: last };
}

/** What all documents say at one moment. */
async function momentOf({ db, names, tallies }: Collections): Promise<Moment> {
  const { setName, msg } = await db.command({ hello: 1 });
  const pipeline = [
    ...judgedTallies,
    { $unionWith: { coll: names.tallies, pipeline: [{ $match: { _id: wholeId } }] } },
  ];
  const hasSnapshots = setName !== undefined || msg === "isdbgrid";
  if (!hasSnapshots) return momentWith(await tallies.aggregate<TallyAsRead | WholeDocument>(pipeline).toArray());
  const { cursor } = (await db.command({
    aggregate: names.tallies,
    pipeline,
    cursor: { batchSize: 100_000 },
    readConcern: { level: "snapshot" },
  })) as { readonly cursor: { firstBatch: (TallyAsRead | WholeDocument)[]; atClusterTime: Timestamp } };
  return { ...momentWith(cursor.firstBatch), at: cursor.atClusterTime };
}

function momentWith(found: readonly (TallyAsRead | WholeDocument)[]): Moment {
  const whole = found.find((one): one is WholeDocument => one._id === wholeId);
  return {
    tallies: found.filter((one): one is TallyAsRead => one._id !== wholeId),
    whole: whole ?? { _id: wholeId, rev: 0, rows: [], contained: [] },
  };
}

async function saysNothing({ tallies }: Collections, living: readonly TallyAsRead[]): Promise<boolean> {
  await delay(saidWithinMs);
  const found = await tallies.find({ _id: { $gt: "p:" } }, { projection: { seq: 1 } }).toArray();
  const now = new Map(found.map(({ _id, seq }) => [_id, seq]));
  const known = new Set(living.map(({ _id }) => _id));
  // One that is new has begun to write at about that moment.
  const isNew = found.some(({ _id, seq }) => !known.has(_id) && seq <= 1);
  return !isNew && living.every(({ _id, seq }) => now.get(_id) === seq);
}

/** Index keys alone: of all jobs, and of those that wait. */
async function countJobs(collections: Collections, at: Timestamp | undefined): Promise<CountRow[]> {
  const all = await grouped(collections, at, "list_by_workflow", { workflow: "$workflow", status: "$shown" }, [
    { $match: { workflow: { $gte: "" }, shown: { $in: [...jobStatuses] } } },
    { $project: { _id: 0, workflow: 1, shown: 1 } },
  ]);
  const waiting = await grouped(
    collections,
    at,
    "list_waiting",
    { workflow: "$workflow", status: "$shown", waiting: "$waiting" },
    [{ $match: { queue: anyQueue, waiting: { $in: [...waitingReasons] } } }],
  );
  const ofAll = waiting.map(({ workflow, status, jobs }) => ({ workflow, status, jobs: -jobs }));
  return summed([...all, ...waiting, ...ofAll]);
}

async function grouped(
  { db, names }: Collections,
  at: Timestamp | undefined,
  hint: string,
  _id: Readonly<Record<string, string>>,
  stages: readonly Document[],
): Promise<CountRow[]> {
  const { cursor } = (await db.command({
    aggregate: names.jobs,
    pipeline: [...stages, { $group: { _id, jobs: { $sum: 1 } } }],
    cursor: { batchSize: 100_000 },
    hint,
    ...(at !== undefined && { readConcern: { level: "snapshot", atClusterTime: at } }),
  })) as { readonly cursor: { readonly firstBatch: readonly { readonly _id: Standing; readonly jobs: number }[] } };
  return cursor.firstBatch.map(({ _id: standing, jobs }) => ({ ...standing, jobs }));
}
