import type { JobId, WorkerId } from "../ids.ts";
import type { Told } from "../told/told-of.ts";
import type { Failure } from "./failure.ts";

export type HistoryType =
  | "job_started"
  | "job_completed"
  | "job_failed"
  | "job_timed_out"
  | "job_terminated"
  /** Its end is decided; what it did is undone first. */
  | "job_undoing"
  | "job_paused"
  | "job_resumed"
  | "job_retried"
  | "job_restarted"
  /** Another program ran it; this is all that is known of its course. */
  | "job_imported"
  | "task_completed"
  | "task_failed"
  | "task_skipped"
  | "task_cancelled"
  /** Begun anew by people. */
  | "task_retried"
  | "attempt_started"
  | "attempt_failed"
  | "attempt_interrupted"
  | "worker_lost"
  /** A result that came after the job's end: told, not used. */
  | "late_result"
  /** A job that was to be started beside this one cannot be. */
  | "start_refused"
  /** The job that its workflow wants started when one of it failed is there. */
  | "failure_job_started";

/** Which execution of the run, and which attempt of it. */
export interface AttemptNamed {
  readonly path: string;
  /** Absent where it is 0. */
  readonly iteration?: number;
  readonly attempt: number;
}

/** What a task asked and was answered that had completed, of which the job keeps nothing any more. */
export interface ResultTold extends AttemptNamed, Told {
  /** There was no room for it. */
  readonly untold?: true;
}

/** One transition, as people read it. Written with the decision that made it, in order. */
export interface HistoryEntry {
  /** Epoch ms of the store's clock. */
  readonly at: number;
  readonly type: HistoryType;
  readonly run: number;
  readonly task?: string;
  readonly path?: string;
  /** Absent where it is 0, as it always is outside loops and fan-outs. */
  readonly iteration?: number;
  readonly attempt?: number;
  readonly worker?: WorkerId;
  readonly fence?: number;
  readonly startedAt?: number;
  readonly durationMs?: number;
  /** When the next attempt is due. */
  readonly dueAt?: number;
  readonly error?: Failure;
  /** Of the workflow, where a restart took another one. */
  readonly version?: number;
  /** Another one, which was started because this one failed, and its workflow. */
  readonly job?: JobId;
  readonly workflow?: string;
  /** What is begun anew is called under another `Idempotency-Key`. */
  readonly newKey?: true;
  /** Who asked for it. */
  readonly by?: string;
  readonly reason?: string;
  /** What the attempt asked, short and without secrets. Of a `task_completed` the job's result tells it. */
  readonly request?: string;
  /** How that was answered. */
  readonly answer?: string;
  /** Neither was kept: the job's history has as much of them as it may (`maxTold`). */
  readonly untold?: true;
  /** Of a restart or retry: results that the job had before it. */
  readonly results?: readonly ResultTold[];
  /** Of a lost `worker`: when its jobs were taken from it, epoch ms. */
  readonly lostAt?: number;
  /** Of a lost worker: attempts that were due then, the first of them; nothing is written when a call begins, so that each may have been calling. */
  readonly open?: readonly AttemptNamed[];
  /** How many more there were. */
  readonly moreOpen?: number;
}
