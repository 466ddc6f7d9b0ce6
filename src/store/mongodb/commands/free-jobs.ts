import type { Document } from "mongodb";
import type { ReleasedJob } from "../../store.ts";
import { lostDelay, suspectFrom } from "../../suspects.ts";
import type { Collections } from "../collections.ts";
import { ownHealthyQueue } from "../documents/queues.ts";
import { budgets, untilAnswered } from "../outcome/retry.ts";
import { writeCommand } from "../outcome/write-command.ts";

/** Losses that have a delay of their own; from the last on `lostDelay` does not grow any more. */
const delaysKnown = 11;

/** A job without a worker stands in its queue again, as long as something is to be done. */
const withoutOwner: readonly Document[] = [
  {
    $set: {
      owner: "$$REMOVE",
      version: { $add: ["$version", 1] },
      shown: "$status",
      queue: {
        $cond: [
          { $eq: [{ $type: "$readyAt" }, "missing"] },
          "$$REMOVE",
          { $cond: [{ $gte: ["$lost", suspectFrom] }, "suspect", ownHealthyQueue] },
        ],
      },
    },
  },
];

/**
 * A job that was stored with the lease of this worker after its last sign of life, and not changed since, most likely never reached it, as starts go
 * on for a moment after a worker's end. It is given to others as it was: else the next loss of a worker would make a suspect of it.
 * One that kills its worker within a heartbeat of its start escapes one count by this.
 */
function counted(nowMs: number, lastSignMs: number): Document[] {
  const delays = Array.from({ length: delaysKnown }, (_, lost) => lostDelay(lost));
  const delay = { $arrayElemAt: [{ $literal: delays }, { $min: ["$lost", delaysKnown - 1] }] };
  const neverReached = { $and: [{ $eq: ["$version", 1] }, { $gt: ["$createdAt", lastSignMs] }] };
  return [
    { $set: { lost: { $add: ["$lost", { $cond: [neverReached, 0, 1] }] } } },
    { $set: { readyAt: { $cond: [{ $eq: ["$status", "paused"] }, "$readyAt", { $add: [nowMs, delay] }] } } },
  ];
}

/** Takes the lease from all jobs of a worker that died, each counted as lost by it. `lastSignMs`: of its life, by the store's clock. Answers how many. */
export function loseJobs(collections: Collections, worker: string, nowMs: number, lastSignMs: number): Promise<number> {
  return free(collections, { owner: worker }, [...counted(nowMs, lastSignMs), ...withoutOwner]);
}

/** Takes the lease from all jobs of a worker that never ran them; nothing is counted. */
export function freeJobs(collections: Collections, worker: string): Promise<number> {
  return free(collections, { owner: worker }, withoutOwner);
}

/** Gives jobs back that the worker holds under these fences. */
export async function releaseJobs(
  collections: Collections,
  worker: string,
  held: readonly ReleasedJob[],
): Promise<void> {
  if (held.length === 0) return;
  const ids = held.map(({ id }) => id);
  const fences = held.map(({ fence }) => fence);
  const own = (values: readonly number[]): Document => ({
    $arrayElemAt: [{ $literal: values }, { $indexOfArray: [{ $literal: ids }, "$_id"] }],
  });
  const q = { _id: { $in: ids }, owner: worker, $expr: { $eq: ["$fence", own(fences)] } };
  const later = held.some(({ notBefore }) => notBefore !== undefined);
  const notBefore = own(held.map((job) => job.notBefore ?? 0));
  const postponed = later ? [{ $set: { readyAt: { $max: ["$readyAt", notBefore] } } }] : [];
  await free(collections, q, [...postponed, ...withoutOwner]);
}

async function free({ db, names }: Collections, q: Document, u: readonly Document[]): Promise<number> {
  const reply = await untilAnswered(budgets.write, () =>
    writeCommand(db, { update: names.jobs, updates: [{ q, u, multi: true }] }),
  );
  const [error] = reply.errors;
  if (error !== undefined) throw new Error(`Jobs could not be freed: ${error.message}`);
  return reply.modified;
}
