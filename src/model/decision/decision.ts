import type { JobId } from "../ids.ts";
import type { Ephemeral, JobExtras } from "../job/extras.ts";
import type { Failure } from "../job/failure.ts";
import type { JobFormat } from "../job/format.ts";
import type { HistoryEntry } from "../job/history.ts";
import type { JobStatus } from "../job/job.ts";
import type { Effect } from "../job/outward/effect.ts";
import type { Offer } from "../job/outward/offer.ts";
import type { TaskExecution } from "../job/task-execution.ts";
import type { Label } from "../search/labels.ts";
import type { WaitingReason } from "../search/waiting.ts";
import type { WorkflowRef } from "../workflow.ts";

/** What must follow an event: values, not actions. */
export type Decision = Change | Ignored;

export type IgnoredReason =
  /** The sender's lease is not the job's any more. */
  | "stale_fence"
  /** This attempt's end, or this loss, is known. */
  | "applied_before"
  /** The job's status does not allow it. */
  | "not_allowed_in_state"
  /** The state of the task that is meant does not allow it, or there is none. */
  | "not_allowed_for_task"
  /** What the task belongs to is complete without it. */
  | "of_no_use"
  /** Other tasks failed too, so that this one cannot help. */
  | "hopeless"
  /** A timer that is not due. */
  | "not_due"
  /** Nothing in the job waits for that event, or will. */
  | "not_awaited"
  /** What came does not fit into the job any more. */
  | "too_large"
  /** About a call to a child, and another is the newest. */
  | "stale_call"
  /** The job undoes what it did: it can be begun anew only when it has ended. */
  | "ending"
  /** Somebody else has taken it, or nobody may yet. */
  | "not_offered"
  /** What was taken is not the worker's any more. */
  | "lease_lost";

export interface Ignored {
  readonly kind: "ignored";
  readonly reason: IgnoredReason;
}

/** One atomic step of a job: everything in here is committed, or nothing. */
export interface Change {
  readonly kind: "change";
  readonly jobId: JobId;
  readonly status: JobStatus;
  readonly error?: Failure;
  /** Task executions to add or to replace, whole. */
  readonly tasks: readonly TaskExecution[];
  /** The earliest timer, `never` while paused; absent exactly when the status is final. */
  readonly readyAt?: number;
  readonly deadlineAt?: number;
  readonly startedAt?: number;
  readonly finishedAt?: number;
  readonly lost: number;
  readonly lostRecorded: number;
  readonly bytes: number;
  /** Of a job that had ended, and does not any more. */
  readonly renewal?: Renewal;
  /** `keep`: the lease stays as it is; `release`: given back (always when final). */
  readonly lease: "keep" | "release";
  readonly history: readonly HistoryEntry[];
  /** All that the job has afterwards; absent: as it was. */
  readonly effects?: readonly Effect[];
  /** All that the job offers to workers from outside afterwards; absent: as it was. */
  readonly offers?: readonly Offer[];
  /** All that the job has afterwards; absent: as it was. */
  readonly labels?: readonly Label[];
  /** For what the job waits afterwards if no worker holds it; absent exactly when the status is final. */
  readonly waiting?: WaitingReason;
  /** Those that it sets; the others stay. */
  readonly extras?: JobExtras;
  /** The job goes with this very step, all of it but its key. */
  readonly removal?: Ephemeral;
}

/** What only a retry or a restart may change. */
export interface Renewal {
  /** A higher one, so that nothing that was begun before counts any more, whenever its result comes. */
  readonly fence: number;
  readonly run: number;
  readonly workflow: WorkflowRef;
  /** Where it becomes another. */
  readonly format?: JobFormat;
  /** Where it becomes another, as that of the version is. */
  readonly topic?: string;
  /** `replaced`: those of the change are all that the job has. */
  readonly tasks: "kept" | "replaced";
}
