import { decide } from "../../../src/engine/decide.ts";
import type { Change, IgnoredReason } from "../../../src/model/decision/decision.ts";
import type { AttemptFinished, AttemptStarted, Event } from "../../../src/model/decision/event.ts";
import { defaultLimits, type Limits, type Moment } from "../../../src/model/decision/moment.ts";
import { evolve } from "../../../src/model/job/evolve.ts";
import type { HistoryType } from "../../../src/model/job/history.ts";
import type { Job } from "../../../src/model/job/job.ts";
import type { Outcome, TaskExecution, TaskResult } from "../../../src/model/job/task-execution.ts";
import type { Workflow } from "../../../src/model/workflow.ts";

/** When every test begins, epoch ms. */
export const begin = 1_700_000_000_000;

/** `afterMs` after the beginning. */
export function at(afterMs: number, more: { random?: number; limits?: Partial<Limits> } = {}): Moment {
  return { nowMs: begin + afterMs, random: more.random ?? 0.5, limits: { ...defaultLimits, ...more.limits } };
}

/** A job before its start. */
export function blankJob(model: Workflow, more: Partial<Job> = {}): Job {
  const { name, version, digest } = model;
  return {
    id: "0123456789abcdef01234567",
    format: 1,
    workflow: { name, version, digest },
    status: "pending",
    run: 1,
    input: {},
    tasks: [],
    version: 0,
    fence: 0,
    lost: 0,
    lostRecorded: 0,
    createdAt: begin,
    bytes: 2,
    ...more,
  };
}

/** A started job that nobody holds. */
export function startedJob(model: Workflow, more: Partial<Job> = {}): Job {
  return after(model, blankJob(model, more), { kind: "start" }, at(0));
}

/** A started job in the hands of a worker. */
export function heldJob(model: Workflow, more: Partial<Job> = {}): Job {
  return claimed(startedJob(model, more));
}

/** The job as a claim leaves it in the store. */
export function claimed(job: Job, worker = "w1"): Job {
  const fence = job.fence + 1;
  return { ...job, version: job.version + 1, fence, lease: { worker, fence } };
}

/** The job as the store leaves it when its worker is expired. */
export function expired(job: Job): Job {
  const { lease: _lease, ...kept } = job;
  return { ...kept, version: job.version + 1, lost: job.lost + 1 };
}

/** What an event changes; fails the test where it is ignored. */
export function changeBy(model: Workflow, job: Job, event: Event, moment: Moment): Change {
  const decision = decide(model, job, event, moment);
  if (decision.kind === "ignored") throw new Error(`${event.kind} was ignored: ${decision.reason}`);
  return decision;
}

/** The job after an event; fails the test where the event is ignored. */
export function after(model: Workflow, job: Job, event: Event, moment: Moment): Job {
  return evolve(job, changeBy(model, job, event, moment), job.version + 1);
}

/** Why an event is ignored; undefined where it is not. */
export function ignoredFor(model: Workflow, job: Job, event: Event, moment: Moment): IgnoredReason | undefined {
  const decision = decide(model, job, event, moment);
  return decision.kind === "ignored" ? decision.reason : undefined;
}

export function types(change: Change): HistoryType[] {
  return change.history.map((entry) => entry.type);
}

/** The end of the attempt that is open in the job, as its worker tells it. */
export function finished(job: Job, outcome: Outcome, more: Partial<AttemptFinished> = {}): AttemptFinished {
  const open = openTask(job);
  return {
    kind: "attempt_finished",
    fence: job.fence,
    path: open.path,
    iteration: open.iteration,
    attempt: open.attempt,
    worker: "w1",
    startedAt: begin + 1,
    durationMs: 7.5,
    outcome,
    ...more,
  };
}

export function started(job: Job, more: Partial<AttemptStarted> = {}): AttemptStarted {
  const { path, iteration, attempt } = openTask(job);
  return { kind: "attempt_started", fence: job.fence, path, iteration, attempt, worker: "w1", ...more };
}

export function openTask(job: Job): TaskExecution {
  const open = job.tasks.find((execution) => execution.status === "scheduled" || execution.status === "started");
  if (open === undefined) throw new Error("No task is open");
  return open;
}

/** What people ask of a job. */
export const asks = {
  cancel: { kind: "cancel", by: "ada" },
  pause: { kind: "pause", by: "ada" },
  resume: { kind: "resume", by: "ada" },
  retry: { kind: "retry", by: "ada" },
  restart: { kind: "restart", by: "ada" },
} as const;

export const succeeded: Outcome = { kind: "succeeded", result: { response: { statusCode: 200 } } };
export const failedForGood: Outcome = failure({ retryable: false });
export const failedRetryable: Outcome = failure({ retryable: true });
export const interrupted: Outcome = { kind: "interrupted" };
export const skipped: Outcome = { kind: "skipped", reason: "nothing to do" };

export function failure(more: { retryable: boolean; retryAfterMs?: number; result?: TaskResult }): Outcome {
  return { kind: "failed", error: { code: "unreachable", message: "connection refused" }, ...more };
}
