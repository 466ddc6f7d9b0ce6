import type { JobId, WorkerId } from "../ids.ts";
import type { JsonObject } from "../json.ts";
import type { Label } from "../search/labels.ts";
import type { WaitingReason } from "../search/waiting.ts";
import type { WorkflowRef } from "../workflow.ts";
import type { JobExtras } from "./extras.ts";
import type { Failure } from "./failure.ts";
import type { JobFormat } from "./format.ts";
import type { Effect, ParentRef } from "./outward/effect.ts";
import type { TaskExecution } from "./task-execution.ts";

/** `pending`: nothing of it has run; the last four are final. */
export type JobStatus = "pending" | "running" | "paused" | "completed" | "failed" | "timed_out" | "terminated";

export const jobStatuses = [
  "pending",
  "running",
  "paused",
  "completed",
  "failed",
  "timed_out",
  "terminated",
] as const satisfies readonly JobStatus[];

export const finalStatuses: readonly JobStatus[] = ["completed", "failed", "timed_out", "terminated"];

export function isFinal(status: JobStatus): boolean {
  return finalStatuses.includes(status);
}

/** `readyAt` of a job that is paused, or waits for nothing but events: the last time that a date can tell, so that no claim finds it. */
export const never = 8.64e15;

/** The right of one worker to run a job's tasks, until given back or expired. */
export interface Lease {
  readonly worker: WorkerId;
  /** Equals the job's `fence` as long as this lease is the newest. */
  readonly fence: number;
}

/** One execution of a workflow, whole: what the store keeps and `decide` reads. Times are epoch ms of the store's clock. */
export interface Job extends JobExtras {
  readonly id: JobId;
  /** Shape of this record; a process refuses jobs of a format that it does not know. */
  readonly format: JobFormat;
  /** Stands in another program's own document: it can be shown, and nobody here changes or removes it. */
  readonly readOnly?: true;
  /** What of it the store has lost, for people: it can be shown without that, and end. Worked out when it is read, never stored. */
  readonly damage?: string;
  readonly workflow: WorkflowRef;
  readonly status: JobStatus;
  /** 1, and one more at each restart. */
  readonly run: number;
  readonly input: JsonObject;
  /** SHA-256 of the start's body, where the start had an idempotency key. */
  readonly bodyDigest?: string;
  readonly tasks: readonly TaskExecution[];
  readonly error?: Failure;
  /** One higher at every write: the only condition of a commit. */
  readonly version: number;
  /** One higher at every claim, and where an ended job is begun anew: makes a stale lease useless. */
  readonly fence: number;
  readonly lease?: Lease;
  /** Workers lost in a row while they held this job; a commit with a result resets it. */
  readonly lost: number;
  /** How many of `lost` the history tells of already. */
  readonly lostRecorded: number;
  /** The earliest moment at which a worker has to look at the job: `never` while it is paused or waits for events alone; absent when final. */
  readonly readyAt?: number;
  /** 1 to 9, and 9 is claimed first; absent: 5. */
  readonly priority?: number;
  /** No worker takes it while so many jobs of its workflow are with workers; absent: however many are. */
  readonly maxRunning?: number;
  /** Which workers take it; absent: those of the usual topic. */
  readonly topic?: string;
  /** When the job times out, if it may. */
  readonly deadlineAt?: number;
  readonly createdAt: number;
  readonly startedAt?: number;
  readonly finishedAt?: number;
  /** Input and results together, for the limit on a job's size. */
  readonly bytes: number;
  /** Whose part it is; given at its start, for good. */
  readonly parent?: ParentRef;
  /** What it still wants done to other jobs, in the order in which it was decided, ended or not; absent where there is nothing. */
  readonly effects?: readonly Effect[];
  /** By these it is found, beside its own fields; absent where there are none. */
  readonly labels?: readonly Label[];
  /** For what it waits if no worker holds it, as its last change found it; absent when final. What holds now tells `waitingNow`. */
  readonly waiting?: WaitingReason;
}

/**
 * Another program ran it, by a definition that nobody here compiled: `workflow.digest` is empty. It can be shown and, where it was imported, removed;
 * nobody here runs or changes it. It has no time of its end but that of its start.
 */
export function ranElsewhere({ workflow }: Pick<Job, "workflow">): boolean {
  return workflow.digest === "";
}

/** What lists show: a job without its inputs and results. It may have a format that this program does not know, and then has what is known of it. */
export type JobSummary = { readonly format: number } & Omit<
  Job,
  | "format"
  | "damage"
  | "input"
  | "tasks"
  | "labels"
  | "bodyDigest"
  | "parent"
  | "effects"
  | "priority"
  | "maxRunning"
  | "topic"
  | keyof JobExtras
>;

/** A job that no worker holds and none has run is pending; with a lease it is running, although nothing was written for it but the lease. */
export function visibleStatus(job: Pick<Job, "status" | "lease">): JobStatus {
  return job.status === "pending" && job.lease !== undefined ? "running" : job.status;
}
