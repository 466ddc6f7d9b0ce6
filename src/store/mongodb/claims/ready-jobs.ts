import type { Document } from "mongodb";
import { newestFormat } from "../../../model/job/format.ts";
import { defaultPriority } from "../../../model/job/priority.ts";
import { type Candidate, compareRank, workflowsLookedAt } from "../../priorities.ts";
import type { Collections } from "../collections.ts";
import { partsOf, type Queue } from "../documents/queues.ts";
import type { JobDocument } from "../documents/stored-job.ts";
import { inMergeableParts, type Reach, waitingQueues } from "./reach.ts";

/** What a claim looks at; at this version it is what it is. */
export type ReadyJob = Pick<
  JobDocument,
  "_id" | "workflow" | "status" | "waiting" | "lost" | "version" | "maxRunning"
> & {
  readonly readyAt: number;
};

/** What of one workflow is ready, in order. */
export interface Ready extends Candidate {
  readonly jobs: readonly ReadyJob[];
}

/** Jobs of one workflow with one topic and one priority. */
export interface Line {
  readonly workflow: string;
  readonly queue: Queue;
  /** When its first job is ready, or was. */
  readonly readyAt: number;
}

/** Named, because with few waiting jobs the server may take another index, and keep to it when they are many. */
const hint = "waiting";

const looked = { workflow: 1, status: 1, waiting: 1, lost: 1, readyAt: 1, version: 1, maxRunning: 1 } as const;

/** The first jobs of these queues, of workflows for which the condition holds, but the capped ones of `full` workflows, in the order in which they are ready: now, or later. */
export async function waitingJobs(
  { jobs }: Collections,
  queues: readonly Queue[],
  workflows: Document,
  limit: number,
  full: readonly string[] = [],
): Promise<ReadyJob[]> {
  if (queues.length === 0) return [];
  const passedOver = full.length === 0 ? {} : { $nor: [{ workflow: { $in: full }, maxRunning: { $exists: true } }] };
  const filter = { queue: { $in: [...queues] }, ...workflows, format: { $lte: newestFormat }, ...passedOver };
  return jobs
    .find<ReadyJob>(filter, {
      projection: looked,
      sort: { readyAt: 1 },
      limit,
      singleBatch: true,
      batchSize: limit,
      hint,
    })
    .toArray();
}

export interface ReadyByWorkflow {
  readonly found: Ready[];
  readonly seesAll: boolean;
  /** When the first is ready in these lines that is not ready yet, as far as that was met. */
  readonly next?: number;
}

/** Ready jobs of each of these workflows, in their lines and in their order, at most one more than `limit` of each, or than its room; until enough are found, or all were asked. */
export async function readyByWorkflow(
  collections: Collections,
  names: readonly string[],
  lines: readonly Line[],
  nowMs: number,
  limit: number,
  room: ReadonlyMap<string, number>,
): Promise<ReadyByWorkflow> {
  const found: Ready[] = [];
  let next = Number.POSITIVE_INFINITY;
  let count = 0;
  let from = 0;
  for (; from < names.length && count < limit; from += workflowsLookedAt) {
    const asked = names.slice(from, from + workflowsLookedAt);
    const most = (name: string): number => Math.min(limit, room.get(name) ?? limit) + 1;
    const own = lines.filter(({ workflow }) => asked.includes(workflow));
    const all = await firstOfLines(collections, own, most);
    const rows = all.filter(({ readyAt }) => readyAt <= nowMs);
    for (const { readyAt } of all) if (readyAt > nowMs) next = Math.min(next, readyAt);
    const byWorkflow = Map.groupBy(rows, ({ workflow }) => workflow);
    for (const workflow of asked) {
      const jobs = (byWorkflow.get(workflow) ?? []).sort(compareRank).slice(0, most(workflow));
      if (jobs.length === 0) continue;
      found.push({ workflow, jobs, priority: Math.max(...jobs.map(({ priority }) => priority)) });
      count += Math.min(jobs.length, room.get(workflow) ?? limit);
    }
  }
  return { found, seesAll: from >= names.length, ...(Number.isFinite(next) && { next }) };
}

type RankedJob = ReadyJob & { readonly priority: number };

/** Behind the ready jobs of a line comes the one that is ready next. */
async function firstOfLines(
  { jobs, names: { jobs: coll } }: Collections,
  lines: readonly Line[],
  most: (workflow: string) => number,
): Promise<RankedJob[]> {
  const [first, ...others] = lines.map(({ workflow, queue }): Document[] => [
    { $match: { queue, workflow, format: { $lte: newestFormat } } },
    { $sort: { readyAt: 1 } },
    { $limit: most(workflow) },
    { $project: { ...looked, queue: 1 } },
  ]);
  if (first === undefined) return [];
  const unions = others.map((pipeline) => ({ $unionWith: { coll, pipeline } }));
  const rows = await jobs.aggregate<ReadyJob & { queue: Queue }>([...first, ...unions]).toArray();
  return rows.map(({ queue, ...job }) => ({ ...job, priority: partsOf(queue)?.priority ?? defaultPriority }));
}

/** The lines of healthy jobs within reach that have waiting ones, ready or not: one look into the index for each, and one for each queue. */
export async function linesWaiting(collections: Collections, reach: Reach): Promise<Line[]> {
  const queues = await waitingQueues(collections);
  return linesOf(
    collections,
    queues.filter((queue) => reach.healthy.includes(queue)),
    reach.workflows,
  );
}

/** The lines of these queues, of workflows for which the condition holds. One index key for each, however many jobs stand in it. */
export async function linesOf({ jobs }: Collections, queues: readonly Queue[], workflows: Document): Promise<Line[]> {
  const lines = await Promise.all(
    queues.map(async (queue) => {
      const firsts = [
        { $match: { queue, ...workflows } },
        { $sort: { queue: 1, workflow: 1, readyAt: 1 } },
        { $group: { _id: "$workflow", readyAt: { $first: "$readyAt" } } },
      ];
      const found = await jobs.aggregate<LineStart>(firsts, { hint: "waiting_by_workflow" }).toArray();
      return found.map(({ _id: workflow, readyAt }): Line => ({ workflow, queue, readyAt }));
    }),
  );
  return lines.flat();
}

interface LineStart {
  readonly _id: string;
  readonly readyAt: number;
}

/** When the first of all waiting jobs is ready, or was. */
export async function firstReadyAt(collections: Collections): Promise<number | undefined> {
  const options = { projection: { _id: 0, readyAt: 1 }, sort: { readyAt: 1 }, hint } as const;
  const firsts = await Promise.all(
    inMergeableParts(await waitingQueues(collections)).map((queues) =>
      collections.jobs.findOne({ queue: { $in: queues } }, options),
    ),
  );
  const times = firsts.flatMap((job) => job?.readyAt ?? []);
  return times.length === 0 ? undefined : Math.min(...times);
}
