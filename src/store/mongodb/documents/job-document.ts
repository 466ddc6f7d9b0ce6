import { executionKey } from "../../../model/job/evolve.ts";
import type { Failure } from "../../../model/job/failure.ts";
import { type Job, type JobStatus, visibleStatus } from "../../../model/job/job.ts";
import type { NewJob } from "../../store.ts";
import { suspectFrom } from "../../suspects.ts";
import { type Payload, textOf, type Weighed, weigh } from "./payloads.ts";
import type { Text } from "./text.ts";

/** Which line an unfinished job without a worker stands in. */
export type Queue = "healthy" | "suspect";

/** A job as it is stored: one document, so that one update is one atomic step. Times are epoch ms. */
export interface JobDocument {
  readonly _id: string;
  readonly format: number;
  readonly workflow: string;
  readonly workflowVersion: number;
  readonly digest: string;
  readonly status: JobStatus;
  /** `visibleStatus`, for lists. */
  readonly shown: JobStatus;
  readonly run: number;
  readonly error?: Failure;
  readonly version: number;
  readonly fence: number;
  /** The worker of the lease, whose fence is the job's. */
  readonly owner?: string;
  /** Present exactly while the job waits for a worker or a time: hot indexes hold the living alone. */
  readonly queue?: Queue;
  readonly lost: number;
  readonly lostRecorded: number;
  readonly readyAt?: number;
  readonly deadlineAt?: number;
  readonly createdAt: number;
  readonly startedAt?: number;
  readonly finishedAt?: number;
  readonly bytes: number;
  readonly bodyDigest?: string;
  readonly input: Text;
  /** By `executionKey`, in the order in which they were added. */
  readonly tasks: Readonly<Record<string, Text>>;
  /** One text for the entries of each version that has some. */
  readonly history: readonly string[];
  /** Of the batch that inserted it, of the last that committed, of the last that claimed: how an unknown outcome is resolved. */
  readonly start: string;
  readonly commit?: string;
  readonly claim?: string;
  /** Of a pruned job with a key, only this, `bodyDigest` and `_id` are left, until then. */
  readonly tombstoneUntil?: number;
}

export interface InsertDocument extends Weighed {
  readonly document: JobDocument;
}

/** Throws where the job is no JSON or too large for a store. */
export function insertDocument({ job, history }: NewJob, start: string): InsertDocument {
  const payloads: Payload[] = [];
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
    ...leaseFields(job),
    ...(job.error !== undefined && { error: job.error }),
    ...(job.readyAt !== undefined && { readyAt: job.readyAt }),
    ...(job.deadlineAt !== undefined && { deadlineAt: job.deadlineAt }),
    ...(job.startedAt !== undefined && { startedAt: job.startedAt }),
    ...(job.finishedAt !== undefined && { finishedAt: job.finishedAt }),
    ...(job.bodyDigest !== undefined && { bodyDigest: job.bodyDigest }),
  };
  return { document, ...weigh([document.input, ...Object.values(document.tasks), ...document.history], payloads) };
}

function leaseFields(job: Job): Pick<JobDocument, "owner" | "queue"> {
  if (job.lease !== undefined) return { owner: job.lease.worker };
  const queue = queueOf(job);
  return queue === undefined ? {} : { queue };
}

/** Where a job stands while no worker has it: nowhere, if nothing has to be done about it. */
export function queueOf({ readyAt, lost }: Pick<Job, "readyAt" | "lost">): Queue | undefined {
  if (readyAt === undefined) return undefined;
  return lost >= suspectFrom ? "suspect" : "healthy";
}

export function taskTexts(id: string, tasks: Job["tasks"], payloads: Payload[]): Record<string, Text> {
  const texts: Record<string, Text> = {};
  for (const task of tasks) texts[executionKey(task)] = textOf(id, JSON.stringify(task), payloads);
  return texts;
}
