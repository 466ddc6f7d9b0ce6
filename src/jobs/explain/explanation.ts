import type { JobId } from "../../model/ids.ts";
import type { Failure } from "../../model/job/failure.ts";
import type { JobStatus } from "../../model/job/job.ts";
import type { TaskStatus } from "../../model/job/task-execution.ts";
import type { WaitingReason } from "../../model/search/waiting.ts";
import type { Told } from "../../model/told/told-of.ts";

/** What is happening to a job, why, and how to mend it: what is recorded of it, in words. Times are epoch ms of the store's clock. */
export interface Explanation {
  readonly id: JobId;
  readonly state: JobStatus;
  /** A few sentences. */
  readonly summary: string;
  /** Absent where a worker has it, or it has ended. */
  readonly waiting?: Waiting;
  /** Those of its run, in the order in which they were begun. */
  readonly tasks: readonly ExplainedTask[];
  /** What people can do now. */
  readonly advice: readonly string[];
}

export interface Waiting {
  readonly reason: WaitingReason;
  /** Why no worker has it although it is due. */
  readonly cause?: WorkerCause;
  /** When that ends by itself, if it does. */
  readonly until?: number;
  readonly text: string;
}

/**
 * `no_worker`: none lives. `not_taken`: none takes its topic or workflow. `max_running`: as many of its workflow are with workers as may be. `isolated`: it is
 * kept apart, because workers were lost with it. `crowded`: a worker had it and gave it back for a while, because many wait there to call the same target. `busy`: no worker
 * had room at its last beat. `next`: nothing keeps it.
 */
export type WorkerCause = "no_worker" | "not_taken" | "max_running" | "isolated" | "crowded" | "busy" | "next";

export interface ExplainedTask {
  readonly name: string;
  readonly path: string;
  readonly iteration: number;
  readonly type: string;
  readonly state: TaskStatus;
  /** In order; none of what the engine decides by itself. */
  readonly attempts: readonly ExplainedAttempt[];
}

/**
 * `due`: a worker may begin it, or has; nothing is written when a call begins. `running`: it was noted that it began. `waiting`: for its time, or for what others do.
 * `lost`: its worker was lost, and what became of it is not known. `late`: it ended when nobody waited for it any more.
 */
export type AttemptOutcome =
  | "waiting"
  | "due"
  | "running"
  | "succeeded"
  | "failed"
  | "skipped"
  | "cancelled"
  | "interrupted"
  | "lost"
  | "late";

export interface ExplainedAttempt extends Told {
  readonly attempt: number;
  readonly outcome: AttemptOutcome;
  /** Why there is this attempt. */
  readonly why: string;
  readonly startedAt?: number;
  readonly endedAt?: number;
  readonly durationMs?: number;
  readonly dueAt?: number;
  /** Who made it: a worker, or a program outside. */
  readonly worker?: string;
  /** Of one that has ended. */
  readonly error?: Failure;
  /** What it asked and was answered was not kept. */
  readonly untold?: true;
  /** What was called before may have got the same call already; absent as long as it cannot have begun. */
  readonly calledAgain?: true;
}
