import type { Document } from "mongodb";
import type { WorkerId } from "../../model/ids.ts";
import type { Beat, BeatAnswer, HeldJob, WorkerInfo, WorkerRow, WorkerStore } from "../store.ts";
import type { Collections, WorkerDocument } from "./collections.ts";
import { freeJobs, loseJobs } from "./commands/free-jobs.ts";
import type { JobDocument } from "./documents/stored-job.ts";
import type { LivingWorkers } from "./living-workers.ts";
import { budgets, untilAnswered } from "./outcome/retry.ts";
import { durable, writeCommand } from "./outcome/write-command.ts";

/** Stands for the beat of an owner of jobs that has no row. */
const noRow = 0;

export function workerStore(collections: Collections, living: LivingWorkers): WorkerStore {
  return {
    register: (info) => register(collections, info),
    beat: (beat) => sendBeat(collections, beat),
    async list() {
      const rows = await list(collections);
      living.saw(rows.filter(({ ended }) => ended !== true).map(({ id }) => id));
      return rows;
    },
    holding: () => untilAnswered(budgets.read, () => holding(collections)),
    async expire(worker, beat, nowMs) {
      living.ended(worker);
      return expire(collections, worker, beat, nowMs);
    },
    async surrender(worker) {
      living.ended(worker);
      await untilAnswered(budgets.write, () => collections.workers.deleteOne({ _id: worker }));
      await freeJobs(collections, worker);
    },
  };
}

async function register({ db, names }: Collections, { id, ...info }: WorkerInfo): Promise<void> {
  const row: WorkerDocument = { _id: id, ...info, beat: 1, room: info.concurrency };
  await untilAnswered(budgets.write, async () => {
    const { errors } = await writeCommand(db, { insert: names.workers, documents: [row] });
    const [error] = errors.filter(({ code }) => code !== 11000); // the id is random: an earlier try of ours
    if (error !== undefined) throw new Error(`The worker could not be registered: ${error.message}`);
  });
}

async function sendBeat({ db, names, jobs }: Collections, { worker, beat, room, held }: Beat): Promise<BeatAnswer> {
  const beaten = untilAnswered(budgets.beat, async () => {
    const reply = await db.command({
      findAndModify: names.workers,
      query: { _id: worker, beat: { $gt: 0 } },
      update: [{ $set: { beat, room, seenAt: "$$NOW" } }],
      new: true,
      fields: { seenAt: 1 },
      writeConcern: durable,
    });
    return reply["value"] as { readonly seenAt: Date } | null;
  });
  const owning = held.length === 0 ? [] : untilAnswered(budgets.beat, () => ownedBy(jobs, worker));
  const [row, owned] = await Promise.all([beaten, owning]);
  if (row === null) return { kind: "expired" };
  const known = new Map(owned.map((job) => [job._id, job]));
  const isOurs = ({ id, fence }: HeldJob): boolean => known.get(id)?.fence === fence;
  return {
    kind: "alive",
    nowMs: row.seenAt.getTime(),
    gone: held.filter((job) => !isOurs(job)).map(({ id }) => id),
    changed: held.filter((job) => isOurs(job) && known.get(job.id)?.version !== job.version).map(({ id }) => id),
  };
}

function ownedBy(
  jobs: Collections["jobs"],
  worker: WorkerId,
): Promise<Pick<JobDocument, "_id" | "fence" | "version">[]> {
  const answer = jobs.find({ owner: worker }, { projection: { _id: 1, fence: 1, version: 1 }, batchSize: 10_000 });
  return answer.toArray();
}

/** Rows, and owners of jobs without one: rows are read first, and a worker has its row before it owns anything. */
const rowsAndOwners = (jobs: string): Document[] => [
  { $sort: { _id: 1 } },
  {
    $unionWith: {
      coll: jobs,
      // In this form it takes one key an owner from the index (DISTINCT_SCAN), however many jobs they have.
      pipeline: [
        { $match: { owner: { $gt: "" } } },
        { $sort: { owner: 1 } },
        { $group: { _id: "$owner", first: { $first: "$owner" } } },
        { $project: { first: 0 } },
      ],
    },
  },
];

async function list({ workers, names }: Collections): Promise<WorkerRow[]> {
  const found = await untilAnswered(budgets.read, () =>
    workers.aggregate<WorkerDocument | { readonly _id: string }>(rowsAndOwners(names.jobs)).toArray(),
  );
  const rows = found.filter((row): row is WorkerDocument => "beat" in row);
  const known = new Set(rows.map(({ _id }) => _id));
  return [...rows.map(rowOf), ...found.filter(({ _id }) => !known.has(_id)).map(({ _id }) => rowless(_id))];
}

/** Reads the index key of each job that a worker has, which are no more than the fleet has slots, and no job. */
async function holding({ jobs }: Collections): Promise<Map<WorkerId, number>> {
  const stages = [{ $match: { owner: { $gt: "" } } }, { $group: { _id: "$owner", jobs: { $sum: 1 } } }];
  const counted = await jobs
    .aggregate<{ readonly _id: WorkerId; readonly jobs: number }>(stages, { hint: "owner" })
    .toArray();
  return new Map(counted.map((row) => [row._id, row.jobs]));
}

function rowOf({ _id, seenAt: _seenAt, ...row }: WorkerDocument): WorkerRow {
  return { id: _id, ...row, ...(row.beat <= 0 && { ended: true }) };
}

function rowless(id: WorkerId): WorkerRow {
  const nothing = { host: "", pid: 0, pidStart: "", concurrency: 0, address: "", leaseMs: 0, startedAt: 0, room: 0 };
  return { id, ...nothing, beat: noRow, ended: true };
}

/**
 * Three steps, each of which can be done again by whoever sees that it was not: the beat is turned negative, which is the compare-and-set;
 * the jobs are freed; the row goes.
 */
async function expire(
  collections: Collections,
  worker: WorkerId,
  beat: number,
  nowMs: number,
): Promise<number | undefined> {
  const { workers } = collections;
  if (beat === noRow) {
    const row = await untilAnswered(budgets.read, () => workers.findOne({ _id: worker }));
    return row === null ? freeJobs(collections, worker) : undefined; // assigned to a dead worker: it never ran them
  }
  const ending = -Math.abs(beat);
  const row = await untilAnswered(budgets.write, async ({ again }) => {
    if (beat < 0) return workers.findOne({ _id: worker, beat: ending });
    const begun = await workers.findOneAndUpdate({ _id: worker, beat }, { $set: { beat: ending } });
    return begun === null && again ? workers.findOne({ _id: worker, beat: ending }) : begun; // an earlier try of ours, or another rescuer's
  });
  if (row === null) return undefined;
  const jobs = await loseJobs(collections, worker, nowMs, row.seenAt?.getTime() ?? row.startedAt);
  await untilAnswered(budgets.write, () => workers.deleteOne({ _id: worker, beat: ending }));
  return jobs;
}
