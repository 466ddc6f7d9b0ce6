import { randomBytes } from "node:crypto";
import type { JobId } from "../../../model/ids.ts";
import type { Housekeeping } from "../../store.ts";
import type { Collections } from "../collections.ts";
import { type StandingFields, standingFields, standingOf } from "../counts/standing.ts";
import type { JobDocument } from "../documents/stored-job.ts";
import { budgets, untilAnswered } from "../outcome/retry.ts";
import { tombstoneOf } from "./tombstone.ts";

type PruneAsk = Parameters<Housekeeping["prune"]>[0];
type RemoveAsk = Parameters<Housekeeping["remove"]>[0];

/** Jobs removed by one command. */
const prunedAtOnce = 100;

/** Of a job that has ended, and of which others have heard what they must. */
const settled = { readyAt: { $exists: false }, owedSince: { $exists: false } } as const;

/** Of a job that is to be buried. */
const ofOld = { ...standingFields, version: 1 } as const;

type Old = StandingFields & Pick<JobDocument, "_id" | "version">;

/** Removes final jobs that owe nothing, and what belongs to them. Answers how many jobs. */
export async function pruneJobs(collections: Collections, ask: PruneAsk): Promise<number> {
  let pruned = 0;
  while (pruned < ask.limit) {
    const limit = Math.min(prunedAtOnce, ask.limit - pruned);
    const removed = await untilAnswered(budgets.write, () => pruneSome(collections, { ...ask, limit }));
    pruned += removed;
    if (removed < limit) break;
  }
  return pruned;
}

/** Removes one final job of that version; true where this call did it, also by an earlier try whose answer was lost. */
export function removeJob(collections: Collections, { id, expectedVersion, ...ask }: RemoveAsk): Promise<boolean> {
  const { jobs } = collections;
  const which = { _id: id, version: expectedVersion, finishedAt: { $exists: true }, ...settled };
  return untilAnswered(budgets.write, async ({ again }) => {
    const job = await jobs.findOne<Old>(which, { projection: ofOld });
    if (job !== null && (await bury(collections, [job], ask)) > 0) return true;
    if (!again) return false;
    const left = await jobs.findOne({ _id: id }, { projection: { version: 1 } });
    return left?.version === undefined;
  });
}

async function pruneSome(collections: Collections, ask: PruneAsk): Promise<number> {
  const old = { finishedAt: { $exists: true, $lt: ask.finishedBeforeMs }, ...settled };
  const options = { projection: ofOld, sort: { finishedAt: 1 }, limit: ask.limit } as const;
  const found = await collections.jobs.find<Old>(old, options).toArray();
  if (found.length > 0) await bury(collections, found, ask);
  return found.length;
}

/**
 * A tombstone takes the place of each job in one step, because somebody may retry the job at the same moment: until then it is whole, from then on it is
 * gone. Only then its texts go, and the tombstone last, unless it keeps a key or the job is so young that its insert may still be tried. What dies before that leaves them to
 * `forgetKeys`. Answers how many jobs this call buried.
 */
async function bury(
  collections: Collections,
  found: readonly Old[],
  { idempotencyWindowMs, nowMs }: Pick<PruneAsk, "idempotencyWindowMs" | "nowMs">,
): Promise<number> {
  const { jobs, tally } = collections;
  const isKeyed = { $ne: [{ $type: "$bodyDigest" }, "missing"] };
  const keyUntil = { $cond: [isKeyed, { $add: ["$createdAt", idempotencyWindowMs] }, 0] };
  const commit = `bury${randomBytes(9).toString("base64url")}`; // tells ours from what others bury at the same time
  const tombstone = { ...tombstoneOf(keyUntil, "$createdAt"), commit };
  const ids = found.map(({ _id }) => _id);
  const versions = found.map(({ version }) => version);
  const own = { $arrayElemAt: [{ $literal: versions }, { $indexOfArray: [{ $literal: ids }, "$_id"] }] };
  const asFound = { _id: { $in: ids }, ...settled, $expr: { $eq: ["$version", own] } };
  return tally.during(async () => {
    const { modifiedCount } = await jobs.updateMany(asFound, [{ $replaceWith: tombstone }]);
    const buried = await jobs.find({ _id: { $in: ids }, commit }, { projection: { _id: 1 } }).toArray();
    if (buried.length < modifiedCount) tally.doubt();
    const gone = new Set(buried.map(({ _id }) => _id));
    for (const job of found) if (gone.has(job._id)) tally.note({ from: standingOf(job) });
    await clear(collections, [...gone], nowMs);
    return modifiedCount;
  });
}

/**
 * Clocks of processes and of the server may differ by so much: a text that is younger than the ask by less may belong to a job that was started anew under the
 * id of one that another process pruned meanwhile. What is left behind so is an orphan, and swept as such.
 */
const clocksDifferMs = 5000;

/** The texts of buried jobs, and then those tombstones whose time is over: what dies between leaves nothing that no later run finds. */
async function clear({ jobs, payloads }: Collections, ids: readonly JobId[], nowMs: number): Promise<void> {
  if (ids.length === 0) return;
  await payloads.deleteMany({ job: { $in: [...ids] }, at: { $lt: new Date(nowMs - clocksDifferMs) } });
  await jobs.deleteMany({ _id: { $in: [...ids] }, tombstoneUntil: { $exists: true, $lte: nowMs } });
}

/** Removes tombstones whose time is over, at most so many, with the texts that are left of their jobs. Answers how many. */
export function forgetKeys(collections: Collections, nowMs: number, limit: number): Promise<number> {
  return untilAnswered(budgets.write, async () => {
    const over = { tombstoneUntil: { $exists: true, $lte: nowMs } };
    const found = await collections.jobs.find(over, { projection: { _id: 1 }, limit }).toArray();
    await clear(
      collections,
      found.map(({ _id }) => _id),
      nowMs,
    );
    return found.length;
  });
}
