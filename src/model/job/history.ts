import type { JobId, WorkerId } from "../ids.ts";
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
}
