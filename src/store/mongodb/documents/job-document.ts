import { Timestamp } from "mongodb";
import { executionKey } from "../../../model/job/executions.ts";
import { extrasOf } from "../../../model/job/extras.ts";
import { type Job, visibleStatus } from "../../../model/job/job.ts";
import { type Effect, owedSince } from "../../../model/job/outward/effect.ts";
import { defaultPriority } from "../../../model/job/priority.ts";
import type { NewJob } from "../../store.ts";
import { textOf, type Weighed, weigh } from "./payloads.ts";
import { queueOf } from "./queues.ts";
import type { JobDocument } from "./stored-job.ts";
import type { Payload, Text } from "./text.ts";

/** The server puts its time in the place of this one, in an insert alone and in a field of the document itself. */
const timeOfInsert = new Timestamp({ t: 0, i: 0 });

export interface InsertDocument extends Weighed {
  readonly document: JobDocument;
}

/** Throws where the job is no JSON or too large for a store. */
export function insertDocument({ job, history, offers = [] }: NewJob, start: string): InsertDocument {
  const payloads: Payload[] = [];
  const extras = extrasOf(job);
  const document: JobDocument = {
    _id: job.id,
    format: job.format,
    workflow: job.workflow.name,
    workflowVersion: job.workflow.version,
    digest: job.workflow.digest,
    status: job.status,
    shown: visibleStatus(job),
    run: job.run,
    version: job.version,
    fence: job.fence,
    lost: job.lost,
    lostRecorded: job.lostRecorded,
    createdAt: job.createdAt,
    bytes: job.bytes,
    input: textOf(job.id, JSON.stringify(job.input), payloads),
    tasks: taskTexts(job.id, job.tasks, payloads),
    history: history.length === 0 ? [] : [JSON.stringify(history)],
    start,
    changedAt: timeOfInsert,
    ...leaseFields(job),
    ...(job.error !== undefined && { error: job.error }),
    ...(job.readyAt !== undefined && { readyAt: job.readyAt }),
    ...(job.deadlineAt !== undefined && { deadlineAt: job.deadlineAt }),
    ...(job.startedAt !== undefined && { startedAt: job.startedAt }),
    ...(job.finishedAt !== undefined && { finishedAt: job.finishedAt }),
    ...(job.bodyDigest !== undefined && { bodyDigest: job.bodyDigest }),
    ...(job.parent !== undefined && { parent: job.parent }),
    ...(job.effects !== undefined && effectFields(job.id, job.effects, payloads)),
    ...(extras !== undefined && { extras }),
    ...(offers.length > 0 && { offers }),
    ...(job.priority !== undefined && job.priority !== defaultPriority && { priority: job.priority }),
    ...(job.maxRunning !== undefined && { maxRunning: job.maxRunning }),
    ...(job.topic !== undefined && { topic: job.topic }),
    ...(job.labels !== undefined && job.labels.length > 0 && { labels: job.labels }),
    ...(job.waiting !== undefined && { waiting: job.waiting }),
  };
  const texts = [document.input, ...Object.values(document.tasks), ...document.history];
  return { document, ...weigh(document.effects === undefined ? texts : [...texts, document.effects], payloads) };
}

/** Nothing, where the job owes nothing (any more). */
export function effectFields(
  id: string,
  effects: readonly Effect[],
  payloads: Payload[],
): Pick<JobDocument, "effects" | "owedSince"> {
  const since = owedSince(effects);
  return since === undefined ? {} : { effects: textOf(id, JSON.stringify(effects), payloads), owedSince: since };
}

function leaseFields(job: Job): Pick<JobDocument, "owner" | "queue"> {
  if (job.lease !== undefined) return { owner: job.lease.worker };
  const queue = queueOf(job);
  return queue === undefined ? {} : { queue };
}

export function taskTexts(id: string, tasks: Job["tasks"], payloads: Payload[]): Record<string, Text> {
  const texts: Record<string, Text> = {};
  for (const task of tasks) texts[executionKey(task)] = textOf(id, JSON.stringify(task), payloads);
  return texts;
}
