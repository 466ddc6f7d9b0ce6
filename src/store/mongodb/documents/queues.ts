import type { Document } from "mongodb";
import type { Job } from "../../../model/job/job.ts";
import { defaultPriority, highestPriority } from "../../../model/job/priority.ts";
import { defaultTopic } from "../../../model/takes.ts";
import { suspectFrom } from "../../suspects.ts";

/** Which workers a waiting job is for. */
export type Group = "healthy" | "suspect";

/**
 * Which line an unfinished job without a worker stands in: `healthy` with the usual priority and topic. Each other priority, each other topic, and each of
 * both together has a queue of its own, as in `healthy-9@reports` and `suspect@reports`, so that no further index is needed.
 */
export type Queue = `${Group}${string}`;

/** What the name of a queue says. */
export interface QueueParts {
  readonly group: Group;
  /** Of suspects, which have no lines by priority, the usual one. */
  readonly priority: number;
  readonly topic: string;
}

const pattern = /^(healthy|suspect)(?:-(\d))?(?:@(.+))?$/s;

/** Undefined for a queue of a newer program. */
export function partsOf(queue: string): QueueParts | undefined {
  const [, group, priority = defaultPriority, topic = defaultTopic] = pattern.exec(queue) ?? [];
  return group === undefined ? undefined : { group: group as Group, priority: Number(priority), topic };
}

function queueNamed({ group, priority, topic }: QueueParts): Queue {
  const ofPriority = group === "suspect" || priority === defaultPriority ? "" : `-${priority}`;
  return `${group}${ofPriority}${topic === defaultTopic ? "" : `@${topic}`}`;
}

/** All queues of a topic. */
export function queuesOf(group: Group, topic: string): Queue[] {
  const priorities = Array.from({ length: group === "suspect" ? 1 : highestPriority }, (_, index) => index + 1);
  return priorities.map((priority) => queueNamed({ group, priority, topic }));
}

/** What holds for the name of any queue, and so for what stands in one: unlike its mere existence an index has that in its keys. */
export const anyQueue: Document = { $gt: "" };

/** What holds for the name of every queue of the group. It is one range, in which no index has the jobs in the order of their times. */
export const anyQueueOf: Readonly<Record<Group, Document>> = {
  healthy: { $gte: "healthy", $lt: "healthz" },
  suspect: { $gte: "suspect", $lt: "suspecu" },
};

/** Where a job stands while no worker has it: nowhere, if nothing has to be done about it. */
export function queueOf({ readyAt, lost, priority, topic }: QueueSpec): Queue | undefined {
  if (readyAt === undefined) return undefined;
  const group = lost >= suspectFrom ? "suspect" : "healthy";
  return queueNamed({ group, priority: priority ?? defaultPriority, topic: topic ?? defaultTopic });
}

type QueueSpec = Pick<Job, "readyAt" | "lost" | "priority" | "topic">;

/** The same on the server, of a document's own priority; `group` and `topic` are expressions, and the topic may be missing. */
export function ownQueue(group: unknown, topic: unknown = "$topic"): Document {
  const hasUsualPriority = { $or: [{ $eq: [group, "suspect"] }, { $eq: [{ $type: "$priority" }, "missing"] }] };
  const ofPriority = { $cond: [hasUsualPriority, "", { $concat: ["-", { $toString: "$priority" }] }] };
  const known = { $ifNull: [topic, defaultTopic] };
  const ofTopic = { $cond: [{ $eq: [known, defaultTopic] }, "", { $concat: ["@", known] }] };
  return { $concat: [group, ofPriority, ofTopic] };
}
