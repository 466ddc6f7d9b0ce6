import type { JobId, WorkerId } from "../ids.ts";
import type { Failure } from "../job/failure.ts";
import type { ProcessGroup } from "../job/process-group.ts";
import type { Outcome, TaskResult } from "../job/task-execution.ts";
import type { JsonValue } from "../json.ts";
import type { Workflow } from "../workflow.ts";

/** What happened to a job. Every event names what it is about, so that a repeated or stale one is recognised. */
export type Event =
  | StartEvent
  | AttemptStarted
  | AttemptFinished
  | ProcessGroupEnded
  | ProcessGroupUnknown
  | TimerDue
  | Signal
  | CancelRequested
  | PauseRequested
  | ResumeRequested
  | RetryRequested
  | SkipRequested
  | RestartRequested
  | LeaseLost
  | EffectsDelivered
  | ChildEnded
  | CalledAgain
  | ExternalPolled
  | ExternalHeartbeat
  | ExternalCompleted
  | ExternalFailed
  | CommitRefused
  | Defect;

export interface StartEvent {
  readonly kind: "start";
  /** When the first task is due; absent, or past: now. */
  readonly dueAt?: number;
}

/** Committed before the call, for tasks that may run at most once (`whenLost: fail`), and for attempts that start processes, before those do anything. */
export interface AttemptStarted {
  readonly kind: "attempt_started";
  readonly fence: number;
  readonly path: string;
  readonly iteration: number;
  readonly attempt: number;
  readonly worker: WorkerId;
  /** It has started, and waits for this to be committed. */
  readonly group?: ProcessGroup;
}

export interface AttemptFinished {
  readonly kind: "attempt_finished";
  /** The worker's own, as it got it with the claim; never one read from the store. */
  readonly fence: number;
  readonly path: string;
  readonly iteration: number;
  readonly attempt: number;
  readonly worker: WorkerId;
  readonly startedAt: number;
  /** From the worker's monotonic clock. */
  readonly durationMs: number;
  readonly outcome: Outcome;
  /** Whom it called, if anybody: `TaskKind.target`. */
  readonly target?: string;
  /** What it had started, which is gone now, whatever becomes of the outcome; absent where it may live. */
  readonly group?: ProcessGroup;
}

/** Processes that an attempt had started are gone, whoever saw to that. Names the very group and so is true under any lease: it needs no fence. */
export interface ProcessGroupEnded {
  readonly kind: "process_group_ended";
  readonly group: ProcessGroup;
}

/** Nobody can tell whether they live. Told by the job's holder, where their machine is another and no news came from there. */
export interface ProcessGroupUnknown {
  readonly kind: "process_group_unknown";
  readonly fence: number;
  readonly group: ProcessGroup;
}

/** A moment that the job waits for may have come: the time-out of the job, or of a task over all attempts. About the clock, so it needs no fence. */
export interface TimerDue {
  readonly kind: "timer_due";
}

/** What a job waits for came from outside. */
export interface Signal {
  readonly kind: "signal";
  /** Of what happened, as the definition names it. */
  readonly event: string;
  readonly data: JsonValue;
  /** Of this very happening: one that is told twice ends one wait. */
  readonly id: string;
  /** Name of the token or `anonymous`. */
  readonly by: string;
}

/** Somebody asks for something. */
interface Requested {
  /** Name of the token or `anonymous`. */
  readonly by: string;
  readonly reason?: string;
}

export interface CancelRequested extends Requested {
  readonly kind: "cancel";
  /** Nothing is undone, or nothing more. */
  readonly undo?: false;
  /** By the parent: of the call that it calls off, and of no later one. */
  readonly call?: number;
}

/** Nothing new is begun; what runs may end. */
export interface PauseRequested extends Requested {
  readonly kind: "pause";
}

export interface ResumeRequested extends Requested {
  readonly kind: "resume";
}

/** On from the tasks that failed or were cancelled. */
export interface RetryRequested extends Requested {
  readonly kind: "retry";
  /** That one alone; absent: all of an ended job. */
  readonly task?: TaskNamed;
  /** What is run again is called under another `Idempotency-Key`. */
  readonly newKey?: true;
}

/** On without that task. */
export interface SkipRequested extends Requested {
  readonly kind: "skip";
  readonly task: TaskNamed;
}

/** The task execution that people mean. */
export interface TaskNamed {
  readonly path: string;
  readonly iteration: number;
}

/** From the beginning, as the next run, of the model that comes with it. */
export interface RestartRequested extends Requested {
  readonly kind: "restart";
  /** What it ran before, where that is another version. */
  readonly ran?: Pick<Workflow, "secretParameters">;
}

/** Told by the worker that claimed a job whose last worker was lost. */
export interface LeaseLost {
  readonly kind: "lost";
  readonly fence: number;
  /** The job's count at the claim. */
  readonly lost: number;
}

/** These have been done: whoever did them may have done so more than once. */
export interface EffectsDelivered {
  readonly kind: "effects_delivered";
  readonly ids: readonly number[];
  /** Those among them that can never be done, and of which no other event tells. */
  readonly refused: readonly Refusal[];
  /** The job's end was told to a parent that does not wait for it, and may ask again. */
  readonly unheard?: true;
}

/** Of an effect that can never be done. */
export interface Refusal {
  readonly id: number;
  readonly error: Failure;
}

/** A child ended, or could not be started. */
export interface ChildEnded {
  readonly kind: "child_ended";
  /** Of the parent, as the child has it. */
  readonly run: number;
  readonly path: string;
  readonly iteration: number;
  readonly child: JobId;
  /** The call that it answers: one to an earlier call is stale. */
  readonly call: number;
  readonly outcome:
    | { readonly kind: "succeeded"; readonly result: TaskResult }
    | { readonly kind: "failed"; readonly error: Failure };
}

/** The parent of a child that is there wants its result, once more. */
export interface CalledAgain {
  readonly kind: "called";
  readonly call: number;
  /** What failed begins then, epoch ms; past, or absent: at once. */
  readonly dueAt?: number;
  readonly newKey?: true;
  readonly by: string;
}

/** Which taking of which execution: `token` is its worker's own, never one read from the store. */
interface AboutTaken {
  readonly path: string;
  readonly iteration: number;
  readonly token: string;
}

/** A worker from outside takes an execution. */
export interface ExternalPolled extends AboutTaken {
  readonly kind: "external_polled";
  readonly worker: string;
  readonly leaseMs: number;
}

/** It is still at work. */
export interface ExternalHeartbeat extends AboutTaken {
  readonly kind: "external_heartbeat";
  readonly leaseMs: number;
}

export interface ExternalCompleted extends AboutTaken {
  readonly kind: "external_completed";
  readonly output: JsonValue;
}

export interface ExternalFailed extends AboutTaken {
  readonly kind: "external_failed";
  readonly error: Failure;
  /** False where another attempt cannot end differently. */
  readonly retryable: boolean;
  readonly retryAfterMs?: number;
}

/** The store can never take what was decided: the job fails with the reason. */
export interface CommitRefused {
  readonly kind: "commit_refused";
  readonly reason: string;
  /** Of the events that could not be stored, where they had one: a stale worker may not fail the job for others. */
  readonly fence?: number;
}

/** An exception of ours, or what the store lacks of the job, kept an event from being decided: the job fails, and whoever met it goes on. */
export interface Defect {
  readonly kind: "defect";
  readonly error: Failure;
  /** Of the worker that met it, if one did. */
  readonly fence?: number;
}
