import { randomBytes } from "node:crypto";
import type { Document, Filter } from "mongodb";
import type { ReleasedJob } from "../../store.ts";
import { lostDelay, suspectFrom } from "../../suspects.ts";
import type { Collections } from "../collections.ts";
import { standingFields, standingOf } from "../counts/standing.ts";
import { ownQueue } from "../documents/queues.ts";
import type { JobDocument } from "../documents/stored-job.ts";
import { budgets, untilAnswered } from "../outcome/retry.ts";
import { writeCommand } from "../outcome/write-command.ts";
import { stamped } from "./stamp.ts";

/** Losses that have a delay of their own; from the last on `lostDelay` does not grow any more. */
const delaysKnown = 11;

/** Jobs freed by one command. */
const freedAtOnce = 500;

/** A job without a worker stands in its queue again, as long as something is to be done. */
const withoutOwner: readonly Document[] = [
  {
    $set: {
      owner: "$$REMOVE",
      version: { $add: ["$version", 1] },
      shown: "$status",
      changedAt: "$$NOW",
      queue: {
        $cond: [
          { $eq: [{ $type: "$readyAt" }, "missing"] },
          "$$REMOVE",
          ownQueue({ $cond: [{ $gte: ["$lost", suspectFrom] }, "suspect", "healthy"] }),
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
  const isPaused = { $eq: ["$status", "paused"] };
  return [
    { $set: { lost: { $add: ["$lost", { $cond: [neverReached, 0, 1] }] } } },
    { $set: { "extras.lostBy": { worker: "$owner", at: { $literal: nowMs }, lost: "$lost" } } },
    {
      $set: {
        readyAt: { $cond: [isPaused, "$readyAt", { $add: [nowMs, delay] }] },
        waiting: { $cond: [isPaused, "$waiting", "worker_lost"] },
      },
    },
  ];
}

/** Takes the lease from all jobs of a worker that died, each counted as lost by it. `lastSignMs`: of its life, by the store's clock. Answers how many. */
export function loseJobs(collections: Collections, worker: string, nowMs: number, lastSignMs: number): Promise<number> {
  return freeAll(
    collections,
    { owner: worker },
    { isLost: true, pipeline: [...counted(nowMs, lastSignMs), ...withoutOwner] },
  );
}

/** Takes the lease from all jobs of a worker that never ran them; nothing is counted. */
export function freeJobs(collections: Collections, worker: string): Promise<number> {
  return freeAll(collections, { owner: worker }, { isLost: false, pipeline: withoutOwner });
}

/** Gives jobs back that the worker holds under these fences. */
export async function releaseJobs(
  collections: Collections,
  worker: string,
  held: readonly ReleasedJob[],
): Promise<void> {
  if (held.length === 0) return;
  const ids = held.map(({ id }) => id);
  const own = (values: readonly number[]): Document => ({
    $arrayElemAt: [{ $literal: values }, { $indexOfArray: [{ $literal: ids }, "$_id"] }],
  });
  const fence = { $expr: { $eq: ["$fence", own(held.map((job) => job.fence))] } };
  const later = held.some(({ notBefore }) => notBefore !== undefined);
  const notBefore = own(held.map((job) => job.notBefore ?? 0));
  const postponed = later ? [{ $set: { readyAt: { $max: ["$readyAt", notBefore] } } }] : [];
  const pipeline = [...postponed, ...withoutOwner];
  await freeAll(collections, { _id: { $in: ids }, owner: worker, ...fence }, { isLost: false, pipeline });
}

type Owned = Pick<JobDocument, "_id" | "version" | "workflow" | "shown" | "queue" | "waiting" | "status">;

interface Freeing {
  /** They are counted as lost, and wait because of that. */
  readonly isLost: boolean;
  readonly pipeline: readonly Document[];
}

/** Until there is none of these any more: one that changes meanwhile is looked at again. */
function freeAll(collections: Collections, which: Filter<JobDocument>, freeing: Freeing): Promise<number> {
  return collections.tally.during(async () => {
    for (let freed = 0; ; ) {
      const found = await untilAnswered(budgets.write, () =>
        collections.jobs
          .find<Owned>(which, { projection: { ...standingFields, version: 1, status: 1 }, limit: freedAtOnce })
          .toArray(),
      );
      if (found.length === 0) return freed;
      const ids = found.map(({ _id }) => _id);
      freed += await stamped(collections, ids, () => freeSome(collections, found, which, freeing));
    }
  });
}

/** Frees those that have not changed since they were read; answers how many. */
async function freeSome(
  collections: Collections,
  found: readonly Owned[],
  which: Filter<JobDocument>,
  { isLost, pipeline }: Freeing,
): Promise<number> {
  const { db, names, jobs, tally } = collections;
  const claim = `free${randomBytes(9).toString("base64url")}`;
  const ids = found.map(({ _id }) => _id);
  const versions = found.map(({ version }) => version);
  const own = { $arrayElemAt: [{ $literal: versions }, { $indexOfArray: [{ $literal: ids }, "$_id"] }] };
  const q = { $and: [which, { _id: { $in: ids }, $expr: { $eq: ["$version", own] } }] };
  const updates = [{ q, u: [...pipeline, { $set: { claim } }], multi: true, hint: { _id: 1 } }];
  const reply = await untilAnswered(budgets.write, async ({ again }) => {
    const { errors, modified } = await writeCommand(db, { update: names.jobs, updates });
    const [error] = errors;
    if (error !== undefined) throw new Error(`Jobs could not be freed: ${error.message}`);
    return { modified, again };
  });
  const isAll = !reply.again && reply.modified === found.length;
  const freed = isAll
    ? found
    : await untilAnswered(budgets.write, async () => {
        const ours = await jobs
          .find({ _id: { $in: ids }, claim }, { projection: { _id: 1 }, hint: { _id: 1 } })
          .toArray();
        const known = new Set(ours.map(({ _id }) => _id));
        return found.filter(({ _id }) => known.has(_id));
      });
  if (freed.length < reply.modified || (reply.again && freed.length < found.length)) tally.doubt(); // taken by others since
  for (const job of freed) {
    const { workflow, status } = job;
    const waiting = isLost && status !== "paused" ? "worker_lost" : job.waiting;
    tally.note({ from: standingOf(job), to: { workflow, status, ...(waiting !== undefined && { waiting }) } });
  }
  return Math.max(reply.modified, freed.length);
}
