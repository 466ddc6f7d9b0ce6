import type { Document } from "mongodb";
import type { Job } from "../../../model/job/job.ts";
import { defaultPriority, highestPriority } from "../../../model/job/priority.ts";
import { suspectFrom } from "../../suspects.ts";

/** Jobs of the usual priority stand in the first; each other priority has a queue of its own, so that no further index is needed. */
export type HealthyQueue = "healthy" | `healthy-${number}`;

/** Which line an unfinished job without a worker stands in. */
export type Queue = HealthyQueue | "suspect";

const prefix = "healthy-";

/** All of them. */
export const healthyQueues: readonly HealthyQueue[] = Array.from({ length: highestPriority }, (_, index) =>
  healthyQueue(index + 1),
);

function healthyQueue(priority: number): HealthyQueue {
  return priority === defaultPriority ? "healthy" : `${prefix}${priority}`;
}

export function priorityOf(queue: HealthyQueue): number {
  return queue === "healthy" ? defaultPriority : Number(queue.slice(prefix.length));
}

/** Where a job stands while no worker has it: nowhere, if nothing has to be done about it. */
export function queueOf({ readyAt, lost, priority }: Pick<Job, "readyAt" | "lost" | "priority">): Queue | undefined {
  if (readyAt === undefined) return undefined;
  return lost >= suspectFrom ? "suspect" : healthyQueue(priority ?? defaultPriority);
}

/** The same on the server, of a document's own priority. */
export const ownHealthyQueue: Document = {
  $cond: [{ $eq: [{ $type: "$priority" }, "missing"] }, "healthy", { $concat: [prefix, { $toString: "$priority" }] }],
};
