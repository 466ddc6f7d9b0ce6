import type { JobId } from "../../../model/ids.ts";
import { newestFormat } from "../../../model/job/format.ts";
import type { Collections } from "../collections.ts";

/** Newer ones are seen to by newer programs. */
const known = { format: { $lte: newestFormat } } as const;

export async function overdueJobs({ jobs }: Collections, nowMs: number, limit: number): Promise<JobId[]> {
  const filter = { deadlineAt: { $lte: nowMs }, readyAt: { $exists: true }, ...known };
  const found = await jobs.find(filter, { projection: { _id: 1 }, sort: { deadlineAt: 1 }, limit }).toArray();
  return found.map(({ _id }) => _id);
}

export async function owingJobs({ jobs }: Collections, beforeMs: number, limit: number): Promise<JobId[]> {
  const filter = { owedSince: { $lt: beforeMs }, ...known };
  const found = await jobs.find(filter, { projection: { _id: 1 }, sort: { owedSince: 1 }, limit }).toArray();
  return found.map(({ _id }) => _id);
}

/** In the order of the index, which the server cannot sort by: a job may have offers in several queues. */
export async function offeredJobs(
  { jobs }: Collections,
  queue: string,
  nowMs: number,
  limit: number,
): Promise<JobId[]> {
  const filter = { offers: { $exists: true, $elemMatch: { queue, at: { $lte: nowMs } } }, ...known };
  const found = await jobs.find(filter, { projection: { _id: 1 }, limit, hint: "offers" }).toArray();
  return found.map(({ _id }) => _id);
}
