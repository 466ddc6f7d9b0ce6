import type { Document } from "mongodb";
import { newestFormat } from "../../../model/job/format.ts";
import type { Collections } from "../collections.ts";
import type { Queue } from "../documents/stored-job.ts";
import type { Ready } from "./in-turns.ts";

/** Workflows that one command looks at. */
const workflowsAtOnce = 64;

export interface ReadyJob {
  readonly _id: string;
  readonly workflow: string;
  readonly lost: number;
  readonly readyAt: number;
}

/** Named, because with few waiting jobs the server may take another index, and keep to it when they are many. */
const hint = "waiting";

const keyOnly = { _id: 1, workflow: 1, lost: 1, readyAt: 1 } as const;

/** The first jobs of a queue, whoever's, in the order in which they are ready: now, or later. */
export function waitingJobs({ jobs }: Collections, queue: Queue, limit: number): Promise<ReadyJob[]> {
  const filter = { queue, format: { $lte: newestFormat } };
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

/** Ready jobs of each of these workflows, at most one more than `limit` of each, or than its room; until enough are found, or all were asked. */
export async function readyByWorkflow(
  collections: Collections,
  names: readonly string[],
  nowMs: number,
  limit: number,
  room: ReadonlyMap<string, number>,
): Promise<{ readonly found: Ready[]; readonly seesAll: boolean }> {
  const found: Ready[] = [];
  let count = 0;
  let from = 0;
  for (; from < names.length && count < limit; from += workflowsAtOnce) {
    const asked = names.slice(from, from + workflowsAtOnce);
    const most = (name: string): number => Math.min(limit, room.get(name) ?? limit) + 1;
    const some = await readyOfSome(collections, asked, nowMs, most);
    found.push(...some);
    count += some.reduce((sum, { workflow, ids }) => sum + Math.min(ids.length, room.get(workflow) ?? limit), 0);
  }
  return { found, seesAll: from >= names.length };
}

async function readyOfSome(
  { jobs, names: { jobs: coll } }: Collections,
  names: readonly string[],
  nowMs: number,
  most: (workflow: string) => number,
): Promise<Ready[]> {
  const [first, ...others] = names.map((workflow): Document[] => [
    { $match: { queue: "healthy", workflow, readyAt: { $lte: nowMs }, format: { $lte: newestFormat } } },
    { $sort: { readyAt: 1 } },
    { $limit: most(workflow) },
    { $project: { workflow: 1 } },
  ]);
  if (first === undefined) return [];
  const unions = others.map((pipeline) => ({ $unionWith: { coll, pipeline } }));
  const rows = await jobs.aggregate<{ _id: string; workflow: string }>([...first, ...unions]).toArray();
  const byWorkflow = new Map(names.map((name): [string, string[]] => [name, []]));
  for (const { _id, workflow } of rows) byWorkflow.get(workflow)?.push(_id);
  return [...byWorkflow].map(([workflow, ids]) => ({ workflow, ids }));
}

/** Names of the workflows that have waiting jobs, ready or not: one look into the index for each. */
export function workflowsWaiting({ jobs }: Collections): Promise<string[]> {
  return jobs.distinct("workflow", { queue: "healthy" });
}

/** When the first job of a queue is ready, or was. */
export async function firstReadyAt({ jobs }: Collections, queue: Queue): Promise<number | undefined> {
  const job = await jobs.findOne({ queue }, { projection: { _id: 0, readyAt: 1 }, sort: { readyAt: 1 }, hint });
  return job?.readyAt;
}
