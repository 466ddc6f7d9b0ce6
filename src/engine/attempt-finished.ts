import type { Decision } from "../model/decision/decision.ts";
import type { AttemptFinished } from "../model/decision/event.ts";
import type { Moment } from "../model/decision/moment.ts";
import { executionKey } from "../model/job/executions.ts";
import { endingOf, type JobExtras } from "../model/job/extras.ts";
import type { Failure } from "../model/job/failure.ts";
import type { HistoryEntry } from "../model/job/history.ts";
import { isFinal, type Job } from "../model/job/job.ts";
import { type Outcome, type TaskExecution, type TaskResult, triesOf } from "../model/job/task-execution.ts";
import { placesOf } from "../model/tree/places.ts";
import { isUndo } from "../model/tree/undo-path.ts";
import type { TaskNode, Workflow } from "../model/workflow.ts";
import { entryOf, executionOf } from "./about-attempt.ts";
import { ignored } from "./ignored.ts";
import { lateResult } from "./late-result.ts";
import { isRetried } from "./policies/is-retried.ts";
import { noTimeLeft } from "./policies/no-time-left.ts";
import { isTooLate } from "./policies/time-outs.ts";
import { holdsGroup } from "./process-groups.ts";
import { bytesOf, sizeFailure } from "./result-size.ts";
import { delayBefore } from "./retry-delay.ts";
import { end, nextStep } from "./step/next-step.ts";
import { type AttemptTold, attemptTold } from "./told/attempt-told.ts";
import { nextDoneAs } from "./undo/next-undo.ts";

/** An attempt ended: the task is done, or gets its next attempt, or fails the job. */
export function attemptFinished(model: Workflow, job: Job, event: AttemptFinished, moment: Moment): Decision {
  const found = executionOf(job, event);
  if (isFinal(job.status) || isOver(job, found)) return lateResult(model, job, found, event, moment);
  if (job.lease?.fence !== event.fence) return ignored("stale_fence");
  if (
    found === undefined ||
    found.attempt !== event.attempt ||
    (found.status !== "scheduled" && found.status !== "started")
  )
    return ignored("applied_before");
  const node = nodeOf(model, event.path);
  if (node === undefined) {
    const error = { code: "internal", message: `The workflow has no task at ${event.path}` };
    return end(model, job, { tasks: [], history: [] }, moment, { status: "failed", error });
  }
  const { outcome, target } = event;
  const { startedUnder: _startedUnder, target: _before, ...kept } = found;
  const task: TaskExecution = { ...kept, ...(target !== undefined && { target }) };
  switch (outcome.kind) {
    case "succeeded": {
      const tooLarge = sizeFailure(job, task, outcome.result, moment);
      if (tooLarge !== undefined && !isUndo(task))
        return failTask(model, job, task, event, moment, tooLarge, undefined);
      const result = tooLarge === undefined ? { result: outcome.result } : {}; // an undo is done, whatever it answered
      return endTask(
        model,
        job,
        { ...closed(task, moment), status: "completed", ...result, ...counted(job, node) },
        event,
        moment,
        "task_completed",
      );
    }
    case "skipped":
      return endTask(model, job, { ...closed(task, moment), status: "skipped" }, event, moment, "task_skipped", {
        reason: outcome.reason,
      });
    case "failed":
      if (isRetried(node.retry, triesOf(task), outcome)) return retry(model, job, task, node, event, outcome, moment);
      return failTask(model, job, task, event, moment, outcome.error, outcome.result);
    case "interrupted":
      return interrupted(model, job, task, node, event, outcome.result, moment);
    default:
      return outcome satisfies never;
  }
}

/** Nobody waits for it any more, though the job goes on. */
function isOver(job: Job, task: TaskExecution | undefined): boolean {
  return task?.skippedBy !== undefined || (endingOf(job) !== undefined && task?.status === "cancelled");
}

function counted(job: Job, { undo }: TaskNode): Pick<TaskExecution, "doneAs"> {
  return undo === undefined ? {} : { doneAs: nextDoneAs(job.tasks) };
}

type FailedOutcome = Extract<Outcome, { kind: "failed" }>;

function retry(
  model: Workflow,
  job: Job,
  task: TaskExecution,
  node: TaskNode,
  event: AttemptFinished,
  outcome: FailedOutcome,
  moment: Moment,
): Decision {
  const readyAt = moment.nowMs + delayBefore(node.retry, triesOf(task) + 1, moment.random, outcome.retryAfterMs);
  if (isTooLate(node, task, readyAt))
    return failTask(model, job, task, event, moment, noTimeLeft(outcome.error), outcome.result);
  const next: TaskExecution = {
    ...task,
    status: "scheduled",
    attempt: task.attempt + 1,
    readyAt,
    error: outcome.error,
  };
  const told = attemptTold(model, job, task, outcome.result, moment);
  const about = entryOf("attempt_failed", job, task, event, moment);
  const entry = { ...about, error: outcome.error, dueAt: readyAt, ...told.entry };
  const step = { ...progress(job, task, next, event), ...extrasOf(told), tasks: [next], history: [entry] };
  return nextStep(model, job, step, moment);
}

function failTask(
  model: Workflow,
  job: Job,
  task: TaskExecution,
  event: AttemptFinished,
  moment: Moment,
  error: Failure,
  result: TaskResult | undefined,
): Decision {
  const fits = result !== undefined && sizeFailure(job, task, result, moment) === undefined;
  const failed: TaskExecution = { ...closed(task, moment), status: "failed", error, ...(fits && { result }) };
  const { outcome } = event;
  const told = attemptTold(model, job, task, outcome.kind === "skipped" ? undefined : outcome.result, moment);
  return endTask(model, job, failed, event, moment, "task_failed", { error, ...told.entry }, told.extras);
}

function interrupted(
  model: Workflow,
  job: Job,
  task: TaskExecution,
  node: TaskNode,
  event: AttemptFinished,
  result: TaskResult | undefined,
  moment: Moment,
): Decision {
  if (task.status === "started" && node.whenLost === "fail" && !hasDoneNothing(task, event)) {
    const error = {
      code: "interrupted",
      message: "The worker stopped while the task ran, and the task may run at most once",
    };
    return failTask(model, job, task, event, moment, error, result);
  }
  const again: TaskExecution = { ...task, status: "scheduled", readyAt: moment.nowMs };
  const told = attemptTold(model, job, task, result, moment);
  const entry = { ...entryOf("attempt_interrupted", job, task, event, moment), ...told.entry };
  const step = { tasks: [again], history: [entry], startedAt: event.startedAt, ...extrasOf(told) };
  return nextStep(model, job, othersMayRun(job, task, moment) ? step : { ...step, lease: "release" }, moment);
}

/** It waited for its processes to be stored, and they were not, because people paused the job just then, for example. */
function hasDoneNothing(task: TaskExecution, { group }: AttemptFinished): boolean {
  return group !== undefined && !holdsGroup(task, group);
}

/** Results of other branches count as long as the lease stays: their worker gives the job back when they have ended. */
function othersMayRun(job: Job, task: TaskExecution, { nowMs }: Moment): boolean {
  return job.tasks.some(
    (other) =>
      executionKey(other) !== executionKey(task) &&
      (other.status === "started" || (other.status === "scheduled" && (other.readyAt ?? nowMs) <= nowMs)),
  );
}

function endTask(
  model: Workflow,
  job: Job,
  ended: TaskExecution,
  event: AttemptFinished,
  moment: Moment,
  type: HistoryEntry["type"],
  more: Partial<HistoryEntry> = {},
  extras?: JobExtras,
): Decision {
  const history = [{ ...entryOf(type, job, ended, event, moment), ...more }];
  const step = { ...progress(job, executionOf(job, event), ended, event), tasks: [ended], history };
  return nextStep(model, job, extras === undefined ? step : { ...step, extras }, moment);
}

function extrasOf({ extras }: AttemptTold): { extras?: JobExtras } {
  return extras === undefined ? {} : { extras };
}

/** A result resets the count of lost workers: this job does not kill them. */
function progress(
  job: Job,
  before: TaskExecution | undefined,
  after: TaskExecution,
  event: AttemptFinished,
): { startedAt: number; lost: 0; lostRecorded: 0; bytes: number } {
  return {
    startedAt: event.startedAt,
    lost: 0,
    lostRecorded: 0,
    bytes: job.bytes - bytesOf(before?.result) + bytesOf(after.result),
  };
}

function closed(task: TaskExecution, moment: Moment): TaskExecution {
  const { readyAt: _readyAt, error: _error, ...kept } = task;
  return { ...kept, finishedAt: moment.nowMs };
}

function nodeOf(model: Workflow, path: string): TaskNode | undefined {
  const node = placesOf(model.root).get(path)?.node;
  return node?.kind === "task" ? node : undefined;
}
