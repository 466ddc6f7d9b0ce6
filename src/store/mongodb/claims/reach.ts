import type { Document } from "mongodb";
import { type Taken, type Takes, takes } from "../../../model/takes.ts";
import type { Collections } from "../collections.ts";
import { type Group, partsOf, type Queue, queuesOf } from "../documents/queues.ts";

/** More ranges than the server merges in the order of an index: it would read and sort all that waits. */
const queuesMergedAtMost = 150;

/** What a worker takes, as queues and a condition on the workflow. */
export interface Reach {
  readonly healthy: readonly Queue[];
  readonly suspect: readonly Queue[];
  /** All jobs in the queues are its, and so few queues that their first jobs can be read in order. */
  readonly isPlain: boolean;
  /** Empty, or what holds for the workflows that it takes. */
  readonly workflows: Document;
  takes(one: Taken): boolean;
}

/** One look at the names of the queues that are not empty where the worker takes every topic; else none. */
export async function reachOf(collections: Collections, taken: Takes = {}): Promise<Reach> {
  const { topics, workflows, except = [] } = taken;
  const found = topics === undefined ? await waitingQueues(collections) : undefined;
  const of = (group: Group): Queue[] =>
    found?.filter((queue) => partsOf(queue)?.group === group) ??
    (topics ?? []).flatMap((topic) => queuesOf(group, topic));
  const healthy = of("healthy");
  const named = workflows === undefined ? {} : { $in: [...workflows] };
  const condition = { ...named, ...(except.length > 0 && { $nin: [...except] }) };
  const takesAll = Object.keys(condition).length === 0;
  return {
    healthy,
    suspect: of("suspect"),
    isPlain: takesAll && healthy.length <= queuesMergedAtMost,
    workflows: takesAll ? {} : { workflow: condition },
    takes: (one) => takes(taken, one),
  };
}

/** The names of all queues in which jobs wait, for a worker or for their time: one index key each. */
export async function waitingQueues({ jobs }: Pick<Collections, "jobs">): Promise<Queue[]> {
  const names = await jobs.distinct("queue", { queue: { $gte: "healthy" } });
  return names.flatMap((name) => (name === undefined || partsOf(name) === undefined ? [] : [name]));
}

/** As many at a time as the server merges. */
export function inMergeableParts(queues: readonly Queue[]): Queue[][] {
  const parts: Queue[][] = [];
  for (let from = 0; from < queues.length; from += queuesMergedAtMost)
    parts.push(queues.slice(from, from + queuesMergedAtMost));
  return parts;
}
