import type { Moment } from "../../model/decision/moment.ts";
import { executionAt } from "../../model/job/executions.ts";
import type { Failure } from "../../model/job/failure.ts";
import type { HistoryEntry } from "../../model/job/history.ts";
import type { Job } from "../../model/job/job.ts";
import { isOpen, type TaskExecution } from "../../model/job/task-execution.ts";
import { isDecided } from "../../model/tree/decided.ts";
import { placesOf } from "../../model/tree/places.ts";
import type { RetryPolicy, Workflow } from "../../model/workflow.ts";
import { withGroups } from "../process-groups.ts";
import { delayBefore } from "../retry-delay.ts";
import { anew } from "../tree/anew.ts";

/** How a job goes on that would have failed. */
export interface JobRetry {
  /** What failed, and what was cancelled for it, due again after the delay. */
  readonly tasks: readonly TaskExecution[];
  readonly retried: number;
  readonly told: HistoryEntry;
}

/**
 * What becomes of a job whose definition has it retried; undefined where it fails: it has used its retries up, its time would be over before the next one, what failed would be
 * decided in the same way again, or may run at most once. `tasks`: all that the job has at its failure.
 */
export function jobRetry(
  model: Workflow,
  job: Job,
  tasks: readonly TaskExecution[],
  error: Failure,
  moment: Moment,
): JobRetry | undefined {
  const retried = (job.retried ?? 0) + 1;
  if (model.retry === undefined || retried > model.retry.retries) return undefined;
  const undone = tasks.filter((task) => isOpen(task) || task.status === "failed" || task.status === "cancelled");
  if (undone.some((task) => task.status === "failed" && (isDecided(task) || isLostForGood(model, task))))
    return undefined;
  if (undone.some((task) => isBrokenOff(model, job, task))) return undefined;
  const dueAt = moment.nowMs + delayOf(model.retry, retried, moment);
  if (job.deadlineAt !== undefined && dueAt >= job.deadlineAt) return undefined;
  return {
    tasks: undone.map((task) => begun(model, task, { ...moment, nowMs: dueAt })),
    retried,
    told: { at: moment.nowMs, type: "job_retried", run: job.run, dueAt, error },
  };
}

/**
 * How a worker failed with it stays known until one does better, as after a retry of its own: by that people find the job while it waits. Processes that it may have left are
 * still its own: nothing begins before they are gone.
 */
function begun(model: Workflow, task: TaskExecution, moment: Moment): TaskExecution {
  const again = withGroups(anew(model, task, { living: true, newKey: false }, moment), task.processGroups ?? []);
  const isTold = task.error !== undefined && placesOf(model.root).get(task.path)?.node.kind === "task";
  return isTold ? { ...again, error: task.error } : again;
}

function delayOf(policy: RetryPolicy, retried: number, { random }: Moment): number {
  return delayBefore(policy, retried + 1, random, undefined);
}

/** A call that may be made once was under way when the job would have failed: whether it had an effect, nobody knows. */
function isBrokenOff(model: Workflow, job: Job, task: TaskExecution): boolean {
  const node = placesOf(model.root).get(task.path)?.node;
  const isOnce = node?.kind === "task" && node.whenLost === "fail";
  return isOnce && task.status !== "failed" && executionAt(job.tasks, task)?.status === "started";
}

const lostForGood = ["worker_lost", "interrupted", "not_ended"];

/**
 * Its worker was lost or stopped in the middle of a call that may be made once, or of a command that may still run: people may have it
 * made again, nobody else. Of a task for programs outside the same code may also say that all its attempts were lost.
 */
function isLostForGood(model: Workflow, { path, error }: TaskExecution): boolean {
  const node = placesOf(model.root).get(path)?.node;
  const isRun = node?.kind === "task" || (node?.kind === "external" && node.whenLost === "fail");
  return isRun && error !== undefined && lostForGood.includes(error.code);
}
