import type { Housekeeping } from "../../store.ts";
import type { Collections } from "../collections.ts";
import { budgets, untilAnswered } from "../outcome/retry.ts";

type PruneAsk = Parameters<Housekeeping["prune"]>[0];

/** Jobs removed by one command. */
const prunedAtOnce = 100;

/** Tombstones swept with each piece. */
const sweptAtOnce = 200;

/** Removes final jobs and what belongs to them, and tombstones whose time is over. Answers how many jobs. */
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

/**
 * Clocks of processes and of the server may differ by so much: a text that is younger than the ask by less may belong to a job that was started anew under the
 * id of one that another process pruned meanwhile. What is left behind so is an orphan, and swept as such.
 */
const clocksDifferMs = 5000;

/** Texts go before the job that refers to them: a finished job without them counts as gone, and the next run takes it. */
async function pruneSome({ jobs, payloads }: Collections, ask: PruneAsk): Promise<number> {
  const { finishedBeforeMs, idempotencyWindowMs, nowMs, limit } = ask;
  const old = { finishedAt: { $exists: true, $lt: finishedBeforeMs }, readyAt: { $exists: false } };
  const projection = { bodyDigest: 1, createdAt: 1 };
  const ended = await jobs.find(old, { projection, sort: { finishedAt: 1 }, limit }).toArray();
  if (ended.length === 0) return 0;
  const isRemembered = (job: { bodyDigest?: string; createdAt: number }): boolean =>
    job.bodyDigest !== undefined && job.createdAt + idempotencyWindowMs > nowMs;
  const buried = ended.filter(isRemembered).map(({ _id }) => _id);
  const removed = ended.filter((job) => !isRemembered(job)).map(({ _id }) => _id);
  const at = { $lt: new Date(nowMs - clocksDifferMs) };
  await payloads.deleteMany({ job: { $in: ended.map(({ _id }) => _id) }, at });
  const tombstone = {
    _id: "$_id",
    bodyDigest: "$bodyDigest",
    tombstoneUntil: { $add: ["$createdAt", idempotencyWindowMs] },
  };
  if (buried.length > 0) await jobs.updateMany({ _id: { $in: buried }, ...old }, [{ $replaceWith: tombstone }]);
  if (removed.length > 0) await jobs.deleteMany({ _id: { $in: removed }, ...old });
  return ended.length;
}

async function sweepTombstones({ jobs }: Collections, nowMs: number): Promise<void> {
  const over = { tombstoneUntil: { $exists: true, $lte: nowMs } };
  const found = await jobs.find(over, { projection: { _id: 1 }, limit: sweptAtOnce }).toArray();
  if (found.length > 0) await jobs.deleteMany({ _id: { $in: found.map(({ _id }) => _id) }, ...over });
}
