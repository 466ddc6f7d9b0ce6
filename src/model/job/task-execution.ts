import type { JobId } from "../ids.ts";
import type { JsonValue } from "../json.ts";
import type { Failure } from "./failure.ts";
import type { ProcessGroup } from "./process-group.ts";

/**
 * `scheduled`: an attempt is due at `readyAt` or running now, which only the lease's holder knows.
 * `started`: the same, committed before anything is done that counts, for a task that may run at most once or starts processes.
 * `awaiting`: no worker runs it; a time, an event from outside or another job ends it. The others are final. `undone`: as if it had not begun, because its undo has
 * run, or because a retry will get to it again.
 */
export type TaskStatus =
  | "scheduled"
  | "started"
  | "awaiting"
  | "completed"
  | "failed"
  | "skipped"
  | "cancelled"
  | "undone";

/** A task of the definition in one job. Its identity: job, run, path, iteration. */
export interface TaskExecution {
  readonly path: string;
  /** 0 outside loops and fan-outs, within one the turn or branch; within several see `tree/iteration.ts`. */
  readonly iteration: number;
  readonly name: string;
  readonly type: string;
  readonly status: TaskStatus;
  /** 1-based; a failed attempt is followed by the next, a lost or interrupted one is repeated under the same number. */
  readonly attempt: number;
  /** So many of the attempts count for no policy any more: people began the task anew after them, in the living job. */
  readonly attemptsBefore?: number;
  /** How often people asked for another outward key; absent: never. */
  readonly keys?: number;
  /** When the attempt is due: present while `scheduled`; when waiting ends by itself: while `awaiting`, if it does. */
  readonly readyAt?: number;
  readonly scheduledAt: number;
  /** Fence under which the attempt was noted as started; present while `started`. */
  readonly startedUnder?: number;
  /** Started by attempts of it, and not known to have ended, whatever became of the task: no attempt of the job begins before they have. */
  readonly processGroups?: readonly ProcessGroup[];
  readonly finishedAt?: number;
  /** Whom the last attempt that ended called: `TaskKind.target`; absent where it called nobody. */
  readonly target?: string;
  /** Of the last attempt that ended. */
  readonly result?: TaskResult;
  readonly error?: Failure;
  /** Of a task that completed and has an undo: the how manieth of these it was in its job. */
  readonly doneAs?: number;
  /** Who skipped it, where people did. */
  readonly skippedBy?: string;
  /** When a result came in after the task was cancelled, or skipped by people; only the history has it. */
  readonly lateAt?: number;
  /** Of what another job does: that job, and the call that it is to answer. */
  readonly child?: { readonly id: JobId; readonly call: number };
  /** How often a retry took back, after undos, what a child was called with: each time another child is called. Absent: never. */
  readonly generation?: number;
  /** People asked for another outward key, and the child has not been called since: its next call tells it. */
  readonly newKey?: true;
  /** Of what workers from outside do. */
  readonly external?: External;
}

/** Where an execution is offered, and who has it. */
export interface External {
  readonly queue: string;
  /** Nobody may take the attempt before that time. */
  readonly availableAt: number;
  /** Of the worker that has it; `token` names this very taking. `until` is the end of it, unless it is lengthened before. */
  readonly lease?: { readonly token: string; readonly worker: string; readonly until: number };
  /** The last that a worker ended itself, and how: what it repeats is recognised. */
  readonly ended?: { readonly token: string; readonly as: "completed" | "failed" };
}

/** Which try it is since the task was begun, or begun anew: what policies count. */
export function triesOf({ attempt, attemptsBefore = 0 }: TaskExecution): number {
  return attempt - attemptsBefore;
}

/** It is running, timed or awaited. */
export function isOpen({ status }: TaskExecution): boolean {
  return status === "scheduled" || status === "started" || status === "awaiting";
}

/** It ended, and is to be begun anew where its job goes on. */
export function hasNotSucceeded({ status }: TaskExecution): boolean {
  return status === "failed" || status === "cancelled";
}

/** It is as if it had not begun: a retry took it back, and has not got to it again. What was undone has its result still. */
export function isTakenBack({ status, result }: TaskExecution): boolean {
  return status === "undone" && result === undefined;
}

/**
 * What an attempt brought. `response` is what templates of later tasks read; `request` is what people read, redacted before it got here.
 * The kind's own shape: http {uri, method, body, headers} and {statusCode, body, truncated?}.
 */
export interface TaskResult {
  readonly request?: JsonValue;
  readonly response?: JsonValue;
}

/** How one attempt ended. */
export type Outcome =
  | { readonly kind: "succeeded"; readonly result: TaskResult }
  | {
      readonly kind: "failed";
      readonly error: Failure;
      readonly result?: TaskResult;
      /** False where another attempt cannot end differently. */
      readonly retryable: boolean;
      /** What the called service answered, of kinds whose services answer with numbers. */
      readonly statusCode?: number;
      /** Asked for by the called service; capped by the engine. */
      readonly retryAfterMs?: number;
      /** What it started could not be ended, and may run still. */
      readonly processesMayLive?: true;
    }
  | { readonly kind: "skipped"; readonly reason: string }
  /** The worker is stopping: the attempt is repeated elsewhere and not counted. `result`: what it had brought so far. */
  | { readonly kind: "interrupted"; readonly result?: TaskResult };
