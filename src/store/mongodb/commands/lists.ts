import type { Filter } from "mongodb";
import type { JobId } from "../../../model/ids.ts";
import { newestFormat } from "../../../model/job/format.ts";
import { jobStatuses } from "../../../model/job/job.ts";
import type { JobPage, JobQuery } from "../../store.ts";
import type { Collections } from "../collections.ts";
import { summaryOf, summaryOnly } from "../documents/read-job.ts";
import type { JobDocument } from "../documents/stored-job.ts";

const longestPage = 200;

/** Merged from one range of an index for each status: a page of n reads at most 7 n keys, however many jobs there are. */
export async function findJobs({ jobs: collection }: Collections, query: JobQuery): Promise<JobPage> {
  const limit = Math.min(longestPage, Math.max(1, Math.trunc(query.limit)));
  const found = await collection
    .find(filterOf(query), { projection: summaryOnly, sort: { createdAt: -1, _id: -1 }, limit: limit + 1 })
    .toArray();
  const page = found.slice(0, limit);
  const jobs = page.filter(({ format }) => format <= newestFormat).map(summaryOf); // newer ones are shown by newer programs
  const last = page.at(-1);
  if (found.length <= limit || last === undefined) return { jobs };
  return { jobs, next: { createdAt: last.createdAt, id: last._id } };
}

export function filterOf({ status, workflow, after }: JobQuery): Filter<JobDocument> {
  return {
    shown: { $in: [...new Set(status ?? jobStatuses)] },
    ...(workflow !== undefined && { workflow }),
    ...(after !== undefined && {
      createdAt: { $lte: after.createdAt },
      $nor: [{ createdAt: after.createdAt, _id: { $gte: after.id } }],
    }),
  };
}

export async function overdueJobs({ jobs }: Collections, nowMs: number, limit: number): Promise<JobId[]> {
  const filter = { deadlineAt: { $lte: nowMs }, readyAt: { $exists: true } };
  const found = await jobs.find(filter, { projection: { _id: 1 }, sort: { deadlineAt: 1 }, limit }).toArray();
  return found.map(({ _id }) => _id);
}

export async function owingJobs({ jobs }: Collections, beforeMs: number, limit: number): Promise<JobId[]> {
  const filter = { owedSince: { $lt: beforeMs } };
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
  const filter = { offers: { $exists: true, $elemMatch: { queue, at: { $lte: nowMs } } } };
  const found = await jobs.find(filter, { projection: { _id: 1 }, limit, hint: "offers" }).toArray();
  return found.map(({ _id }) => _id);
}
