import type { Document } from "mongodb";
import { newestFormat } from "../../../model/job/format.ts";
import { type Candidate, compareRank, workflowsLookedAt } from "../../priorities.ts";
import type { Collections } from "../collections.ts";
import { type HealthyQueue, healthyQueues, priorityOf } from "../documents/queues.ts";

export interface ReadyJob {
  readonly _id: string;
  readonly workflow: string;
  readonly lost: number;
  readonly readyAt: number;
  readonly version: number;
  readonly maxRunning?: number;
}

/** What of one workflow is ready, in order. */
export interface Ready extends Candidate {
  readonly jobs: readonly ReadyJob[];
}

/** Jobs of one workflow with one priority. */
export interface Line {
  readonly workflow: string;
  readonly queue: HealthyQueue;
}

export type Group = "healthy" | "suspect";

function inQueues(group: Group): Document {
  return { queue: group === "suspect" ? group : { $in: [...healthyQueues] } };
}

/** Named, because with few waiting jobs the server may take another index, and keep to it when they are many. */
const hint = "waiting";

const keyOnly = { _id: 1, workflow: 1, lost: 1, readyAt: 1, version: 1, maxRunning: 1 } as const;

/** The first jobs of a group, whoever's but the capped ones of `full` workflows, in the order in which they are ready: now, or later. */
export function waitingJobs(
  { jobs }: Collections,
  group: Group,
  limit: number,
  full: readonly string[] = [],
): Promise<ReadyJob[]> {
  const passedOver = full.length === 0 ? {} : { $nor: [{ workflow: { $in: full }, maxRunning: { $exists: true } }] };
  const filter = { ...inQueues(group), format: { $lte: newestFormat }, ...passedOver };
  return jobs
    .find<ReadyJob>(filter, {
      projection: keyOnly,
      sort: { readyAt: 1 },
      limit,
      singleBatch: true,
      batchSize: limit,
      hint,
    })
    .toArray();
}

/** Ready jobs of each of these workflows, in their order, at most one more than `limit` of each, or than its room; until enough are found, or all were asked. */
export async function readyByWorkflow(
  collections: Collections,
  names: readonly string[],
  lines: readonly Line[],
  nowMs: number,
  limit: number,
  room: ReadonlyMap<string, number>,
): Promise<{ readonly found: Ready[]; readonly seesAll: boolean }> {
  const found: Ready[] = [];
  let count = 0;
  let from = 0;
  for (; from < names.length && count < limit; from += workflowsLookedAt) {
    const asked = names.slice(from, from + workflowsLookedAt);
    const most = (name: string): number => Math.min(limit, room.get(name) ?? limit) + 1;
    const own = lines.filter(({ workflow }) => asked.includes(workflow));
    const rows = await readyOfLines(collections, own, nowMs, most);
    const byWorkflow = Map.groupBy(rows, ({ workflow }) => workflow);
    for (const workflow of asked) {
      const jobs = (byWorkflow.get(workflow) ?? []).sort(compareRank).slice(0, most(workflow));
      if (jobs.length === 0) continue;
      found.push({ workflow, jobs, priority: Math.max(...jobs.map(({ priority }) => priority)) });
      count += Math.min(jobs.length, room.get(workflow) ?? limit);
    }
  }
  return { found, seesAll: from >= names.length };
}

type RankedJob = ReadyJob & { readonly priority: number };

async function readyOfLines(
  { jobs, names: { jobs: coll } }: Collections,
  lines: readonly Line[],
  nowMs: number,
  most: (workflow: string) => number,
): Promise<RankedJob[]> {
  const [first, ...others] = lines.map(({ workflow, queue }): Document[] => [
    { $match: { queue, workflow, readyAt: { $lte: nowMs }, format: { $lte: newestFormat } } },
    { $sort: { readyAt: 1 } },
    { $limit: most(workflow) },
    { $project: { ...keyOnly, queue: 1 } },
  ]);
  if (first === undefined) return [];
  const unions = others.map((pipeline) => ({ $unionWith: { coll, pipeline } }));
  const rows = await jobs.aggregate<ReadyJob & { queue: HealthyQueue }>([...first, ...unions]).toArray();
  return rows.map(({ queue, ...job }) => ({ ...job, priority: priorityOf(queue) }));
}

/** The lines that have waiting jobs, ready or not: one look into the index for each, and one for each queue. */
export async function linesWaiting({ jobs }: Collections): Promise<Line[]> {
  const queues = await jobs.distinct("queue", { queue: { $gte: "healthy" } });
  const healthy = healthyQueues.filter((queue) => queues.includes(queue));
  const lines = await Promise.all(
    healthy.map(async (queue) =>
      (await jobs.distinct("workflow", { queue })).map((workflow): Line => ({ workflow, queue })),
    ),
  );
  return lines.flat();
}

/** When the first job of a group is ready, or was. */
export async function firstReadyAt({ jobs }: Collections, group: Group): Promise<number | undefined> {
  const options = { projection: { _id: 0, readyAt: 1 }, sort: { readyAt: 1 }, hint } as const;
  const job = await jobs.findOne(inQueues(group), options);
  return job?.readyAt;
}
