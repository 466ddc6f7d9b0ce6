import { executionKey } from "../../../../../src/model/job/executions.ts";
import type { HistoryEntry, HistoryType } from "../../../../../src/model/job/history.ts";
import { isFinal, type Job } from "../../../../../src/model/job/job.ts";
import { type TaskExecution, triesOf } from "../../../../../src/model/job/task-execution.ts";
import { placesOf } from "../../../../../src/model/tree/places.ts";
import type { Workflow } from "../../../../../src/model/workflow.ts";
import { check, expectSame } from "./check.ts";

/** The history tells everything that happened, once and in order. */
export function toldInHistory(model: Workflow, job: Job, history: readonly HistoryEntry[]): void {
  const starts = history.filter(({ type }) => type === "job_started").length;
  expectSame("a start is told once, first", [starts, history[0]?.type], [1, "job_started"]);
  const restarts = history.filter(({ type }) => type === "job_restarted").map(({ run }) => run);
  expectSame(
    "each run is told",
    restarts,
    Array.from({ length: job.run - 1 }, (_, index) => index + 2),
  );
  retriesItself(model, job, history);
  const sinceRenewal = history.slice(1 + history.findLastIndex(({ type }) => renewals.includes(type)));
  for (const status of ["completed", "failed", "timed_out", "terminated"] as const) {
    const count = sinceRenewal.filter(({ type }) => type === `job_${status}`).length;
    expectSame(`job_${status} is told`, count, job.status === status ? 1 : 0);
  }
  // Tasks that were undone are done once more: the history tells of both times.
  const isUndone = history.some(({ type, run }) => type === "job_undoing" && run === job.run);
  for (const task of isUndone ? [] : job.tasks) {
    const own = sinceScheduled(task, job.run, history);
    const told = (type: HistoryType): number => own.filter((entry) => entry.type === type).length;
    const key = executionKey(task);
    for (const status of ["completed", "failed", "skipped", "cancelled"] as const)
      expectSame(`task_${status} of ${key} is told`, told(`task_${status}`), task.status === status ? 1 : 0);
    expectSame(`failed attempts of ${key} are told`, told("attempt_failed"), triesOf(task) - 1);
    expectSame(`a late result of ${key} is told`, told("late_result"), task.lateAt === undefined ? 0 : 1);
  }
  check(
    history.every((entry, index) => entry.at >= (history[index - 1]?.at ?? 0)),
    "the history is in order",
    history,
  );
  const losses = history.filter(({ type }) => type === "worker_lost").map(({ fence }) => fence);
  expectSame("each loss is told once", [...new Set(losses)], losses);
  const end = sinceRenewal.findIndex(({ type }) => type === `job_${job.status}`);
  if (isFinal(job.status))
    check(
      sinceRenewal.slice(end + 1).every(({ type }) => type === "late_result" || type === "failure_job_started"),
      "after the end comes only what was begun before it, or for it",
      history,
    );
}

const renewals: readonly HistoryType[] = ["job_retried", "job_restarted"];

/** What the history tells of a task since it was scheduled last: a retry schedules anew what failed or was cancelled. */
function sinceScheduled(task: TaskExecution, run: number, history: readonly HistoryEntry[]): HistoryEntry[] {
  let own: HistoryEntry[] = [];
  for (const entry of history) {
    if (entry.run !== run) continue;
    const isUndone = own.some(({ type }) => type === "task_failed" || type === "task_cancelled");
    if (entry.type === "job_retried" && entry.path === undefined && isUndone) own = [];
    if (!isAbout(entry, task)) continue;
    if (entry.type === "task_retried") own = [];
    else if (entry.type === "task_skipped") own = own.filter(({ type }) => type === "attempt_failed").concat(entry);
    else own.push(entry);
  }
  return own;
}

/** As often as the definition says since people began the job, or began it anew; each time after something failed. */
function retriesItself({ retry }: Workflow, job: Job, history: readonly HistoryEntry[]): void {
  const begun = history.findLastIndex((entry) => renewals.includes(entry.type) && !isOwnRetry(entry));
  const own = history.slice(begun + 1).filter(isOwnRetry);
  expectSame("retries of the job are counted", own.length, job.retried ?? 0);
  check(own.length <= (retry?.retries ?? 0), "no job is retried too often", history);
  check(
    own.every(({ at, dueAt = 0, error }) => error !== undefined && dueAt >= at),
    "a job is retried after a failure",
    own,
  );
}

/** By the engine. */
export function isOwnRetry({ type, by }: HistoryEntry): boolean {
  return type === "job_retried" && by === undefined;
}

/** By a worker. */
export function isRun(model: Workflow, { path }: TaskExecution): boolean {
  return placesOf(model.root).get(path)?.node.kind === "task";
}

export function isAbout({ path, iteration = 0 }: HistoryEntry, task: { path: string; iteration: number }): boolean {
  return path === task.path && iteration === task.iteration;
}
