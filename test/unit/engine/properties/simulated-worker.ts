import type { Change } from "../../../../src/model/decision/decision.ts";
import type { Event } from "../../../../src/model/decision/event.ts";
import type { Job } from "../../../../src/model/job/job.ts";
import type { Outcome } from "../../../../src/model/job/task-execution.ts";

/** An event on its way; a worker's knows whose it is. */
export interface Message {
  readonly event: Event;
  readonly from?: Holder;
}

/** What was decided on a copy of the job, and is still to be committed. */
export interface Pending {
  readonly base: Job;
  readonly change: Change;
  /** Of the messages those that were not ignored. */
  readonly events: readonly Event[];
  readonly messages: readonly Message[];
}

export interface Attempt {
  readonly holder: Holder;
  readonly path: string;
  readonly iteration: number;
  readonly attempt: number;
  /** At most once: nothing is called before the start is noted. */
  noted: boolean;
}

/** A worker with its copy of the job, which it goes on trusting after others have it. */
export interface Holder {
  readonly worker: string;
  readonly fence: number;
  copy: Job;
}

/** What the worker tells when the attempt is over. */
export function ended(attempt: Attempt, nowMs: number, outcome: Outcome): Event {
  const { path, iteration, holder } = attempt;
  const { worker, fence } = holder;
  return {
    kind: "attempt_finished",
    fence,
    path,
    iteration,
    attempt: attempt.attempt,
    worker,
    startedAt: nowMs,
    durationMs: 1,
    outcome,
    ...(attempt.attempt % 3 > 0 && { target: `http://127.0.0.1/${path}` }),
  };
}

/** Takes out the one that a number picks. */
export function taken<T>(list: T[], pick: number): T | undefined {
  return list.length === 0 ? undefined : list.splice(pick % list.length, 1)[0];
}
