import type { Filter } from "mongodb";
import type { JobId } from "../../../model/ids.ts";
import type { Housekeeping } from "../../store.ts";
import type { Collections } from "../collections.ts";
import type { JobDocument } from "../documents/stored-job.ts";
import { budgets, untilAnswered } from "../outcome/retry.ts";

type PruneAsk = Parameters<Housekeeping["prune"]>[0];
type RemoveAsk = Parameters<Housekeeping["remove"]>[0];

/** Jobs removed by one command. */
const prunedAtOnce = 100;

/** Of a job that has ended, and of which others have heard what they must. */
const settled = { readyAt: { $exists: false }, owedSince: { $exists: false } } as const;

/** Tombstones swept with each piece. */
const sweptAtOnce = 200;

/** Removes final jobs that owe nothing, and what belongs to them, and tombstones whose time is over. Answers how many jobs. */
export async function pruneJobs(collections: Collections, ask: PruneAsk): Promise<number> {
  let pruned = 0;
  while (pruned < ask.limit) {
    const limit = Math.min(prunedAtOnce, ask.limit - pruned);
    const removed = await untilAnswered(budgets.write, () => pruneSome(collections, { ...ask, limit }));
    pruned += removed;
    if (removed < limit) break;
  }
  await untilAnswered(budgets.write, () => sweepTombstones(collections, ask.nowMs));
  return pruned;
}

/** Removes one final job of that version; true where this call did it, also by an earlier try whose answer was lost. */
export function removeJob(collections: Collections, { id, expectedVersion, ...ask }: RemoveAsk): Promise<boolean> {
  return untilAnswered(budgets.write, async ({ again }) => {
    const job = { _id: id, version: expectedVersion, finishedAt: { $exists: true }, ...settled };
    if ((await bury(collections, job, [id], ask)) > 0) return true;
    if (!again) return false;
    const left = await collections.jobs.findOne({ _id: id }, { projection: { version: 1 } });
    return left?.version === undefined;
  });
}

async function pruneSome(collections: Collections, ask: PruneAsk): Promise<number> {
  const old = { finishedAt: { $exists: true, $lt: ask.finishedBeforeMs }, ...settled };
  const options = { projection: { _id: 1 }, sort: { finishedAt: 1 }, limit: ask.limit } as const;
  const ids = (await collections.jobs.find(old, options).toArray()).map(({ _id }) => _id);
  if (ids.length > 0) await bury(collections, { _id: { $in: ids }, ...old }, ids, ask);
  return ids.length;
}

/**
 * A tombstone takes the place of each job in one step, because somebody may retry the job at the same moment: until then it is whole, from then on it is
 * gone. Only then its texts go, and the tombstone last, unless it keeps a key. Answers how many jobs this call buried.
 */
async function bury(
  collections: Collections,
  jobs: Filter<JobDocument>,
  ids: readonly JobId[],
  { idempotencyWindowMs, nowMs }: Pick<PruneAsk, "idempotencyWindowMs" | "nowMs">,
): Promise<number> {
  const isKeyed = { $ne: [{ $type: "$bodyDigest" }, "missing"] };
  const tombstone = {
    _id: "$_id",
    bodyDigest: "$bodyDigest",
    tombstoneUntil: { $cond: [isKeyed, { $add: ["$createdAt", idempotencyWindowMs] }, nowMs] },
  };
  const { modifiedCount } = await collections.jobs.updateMany(jobs, [{ $replaceWith: tombstone }]);
  const buried = { _id: { $in: [...ids] }, tombstoneUntil: { $exists: true } };
  const found = await collections.jobs.find(buried, { projection: { _id: 1 } }).toArray();
  await clear(
    collections,
    found.map(({ _id }) => _id),
    nowMs,
  );
  return modifiedCount;
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

async function sweepTombstones(collections: Collections, nowMs: number): Promise<void> {
  const over = { tombstoneUntil: { $exists: true, $lte: nowMs } };
  const found = await collections.jobs.find(over, { projection: { _id: 1 }, limit: sweptAtOnce }).toArray();
  await clear(
    collections,
    found.map(({ _id }) => _id),
    nowMs,
  );
}
