import { isDeepStrictEqual } from "node:util";
import { bytesOf } from "../../../../src/engine/result-size.ts";
import { executionKey } from "../../../../src/model/job/evolve.ts";
import type { HistoryEntry, HistoryType } from "../../../../src/model/job/history.ts";
import { isFinal, type Job } from "../../../../src/model/job/job.ts";
import type { TaskExecution } from "../../../../src/model/job/task-execution.ts";
import { tasksOf, type Workflow } from "../../../../src/model/workflow.ts";
import type { Write } from "./simulation.ts";

/** Fails unless the two are equal, down to members that are undefined in one and absent in the other. */
export function expectSame(what: string, found: unknown, wanted: unknown): void {
  if (isDeepStrictEqual(found, wanted)) return;
  throw new Error(`${what}: found ${JSON.stringify(found)}, wanted ${JSON.stringify(wanted)}`);
}

/** What must be true after every write of a job that runs a tree of sequences. `history` is everything so far. */
export function checkWrite(model: Workflow, write: Write, history: readonly HistoryEntry[]): void {
  keepsResults(write);
  keepsTheEnd(write);
  runsInOrder(model, write.after);
  waitsForSomething(write.after);
  growsOnly(write);
  acceptsOnlyTheHolder(write);
  repeatsWhatIsNamed(model, write);
  keepsToTheTime(model, write);
  forgetsLossesOnResults(write);
  countsBytes(write.after);
  toldInHistory(write.after, history);
}

function check(holds: boolean, promise: string, about: unknown): void {
  if (!holds) throw new Error(`${promise}: ${JSON.stringify(about)}`);
}

function keepsResults({ before, after }: Write): void {
  for (const task of before.tasks) {
    const now = after.tasks.find((other) => executionKey(other) === executionKey(task));
    check(now !== undefined, "no task execution is lost", task);
    if (isOpen(task) || now === undefined) continue;
    const { lateAt: _lateAt, ...kept } = now;
    const { lateAt, ...was } = task;
    expectSame("a task that ended stays as it is", kept, was);
    check(lateAt === undefined || now.lateAt === lateAt, "a late result is noted once", now);
  }
}

function keepsTheEnd({ before, after, change }: Write): void {
  if (isFinal(after.status)) {
    check(after.lease === undefined, "an ended job has no lease", after.lease);
    check(after.finishedAt !== undefined, "an ended job says when", after);
    check(!after.tasks.some(isOpen), "an ended job has nothing open", after.tasks);
    check(change !== undefined, "only an event ends a job", after);
    if (change !== undefined && !isFinal(before.status))
      check(change.lease === "release", "the end gives back the lease", change);
  }
  if (!isFinal(before.status)) return;
  const { tasks: _before, version: _v1, ...was } = before;
  const { tasks: _after, version: _v2, ...is } = after;
  expectSame("an ended job stays as it is", is, was);
}

function runsInOrder(model: Workflow, job: Job): void {
  let complete = true;
  for (const { path } of tasksOf(model.root)) {
    const task = job.tasks.find((other) => other.path === path);
    check(task === undefined || complete, "no task is scheduled before its predecessor is done", job.tasks);
    complete = task?.status === "completed" || task?.status === "skipped";
    if (!complete && job.status === "completed") throw new Error(`a completed job did all of its tasks: not ${path}`);
  }
}

function waitsForSomething(job: Job): void {
  const { readyAt, status, tasks } = job;
  check((readyAt === undefined) === isFinal(status), "a job is timed exactly while it is not ended", {
    readyAt,
    status,
  });
  if (isFinal(status)) return;
  check(Number.isSafeInteger(readyAt), "a timer is a whole number", readyAt);
  check(tasks.filter(isOpen).length === 1, "of a sequence one task is running, timed or awaited", tasks);
  for (const task of tasks) {
    if (task.status === "scheduled") check(Number.isSafeInteger(task.readyAt), "a scheduled attempt is due", task);
    else check(task.readyAt === undefined, "what is not scheduled is not due", task);
  }
}

function growsOnly({ before, after, change, history }: Write): void {
  check(after.version === before.version + 1, "each write is one version", [before.version, after.version]);
  check(
    after.fence >= before.fence && (change === undefined || after.fence === before.fence),
    "a fence never goes back, an event never moves it",
    after,
  );
  if (change !== undefined && after.lease !== undefined)
    expectSame("an event gives no lease", after.lease, before.lease);
  for (const task of before.tasks) {
    const now = after.tasks.find((other) => executionKey(other) === executionKey(task));
    const failed = history.filter(({ type, path }) => type === "attempt_failed" && path === task.path).length;
    check(now?.attempt === task.attempt + failed, "a failed attempt is followed by the next, any other is not", [
      task,
      now,
    ]);
  }
  if (before.startedAt !== undefined) check(after.startedAt === before.startedAt, "a job starts once", after);
  if (before.status !== "pending") check(after.status !== "pending", "what has run is not pending", after);
  check(after.deadlineAt === before.deadlineAt || before.version === 0, "the deadline stays", after);
}

function acceptsOnlyTheHolder({ before, events = [], history }: Write): void {
  const late = history.some(({ type }) => type === "late_result");
  for (const event of events) {
    if (!("fence" in event) || event.fence === undefined) continue;
    check(event.fence === before.fence, "only the newest fence counts", { event, job: before });
    if (!late) check(before.lease !== undefined, "what was given back is not the worker's", event);
    if (!("attempt" in event)) continue;
    const told = history.some(({ path, attempt }) => path === event.path && attempt === event.attempt);
    check(told, "an event counts for its own attempt only", { event, history });
  }
}

function repeatsWhatIsNamed(model: Workflow, { change, events = [], history }: Write): void {
  if (change === undefined) return;
  for (const { path, attempt } of history.filter(({ type }) => type === "attempt_failed")) {
    const on = [...tasksOf(model.root)].find((node) => node.path === path)?.retry.on;
    const named = events.some((event) => {
      if (event.kind !== "attempt_finished" || event.path !== path || event.attempt !== attempt) return false;
      const { outcome } = event;
      if (outcome.kind !== "failed" || !outcome.retryable) return false;
      const { error, statusCode = 0 } = outcome;
      return on === undefined || on.codes.includes(error.code) || (statusCode === 503 && on.statusCodes.length > 0);
    });
    check(named, "only failures that the definition names are repeated", { path, attempt, on, events });
  }
}

function keepsToTheTime(model: Workflow, { after, change, events = [], history }: Write): void {
  if (change === undefined) return;
  const nodes = new Map([...tasksOf(model.root)].map((node) => [node.path, node]));
  const deadlineOf = (path: string): number => {
    const scheduledAt = after.tasks.find((task) => task.path === path)?.scheduledAt ?? Number.NaN;
    return scheduledAt + (nodes.get(path)?.totalTimeoutMs ?? Number.POSITIVE_INFINITY);
  };
  for (const { type, path = "", dueAt = 0, at, error } of history) {
    if (type === "attempt_failed") check(dueAt < deadlineOf(path), "no retry comes too late", { path, dueAt });
    if (
      type === "task_failed" &&
      error?.code === "task_timeout" &&
      !events.some(({ kind }) => kind === "attempt_finished")
    )
      check(at >= deadlineOf(path), "no time-out comes early", { path, at });
  }
  const at = history[0]?.at ?? 0;
  if (events.length === 1 && events[0]?.kind === "timer_due")
    for (const { path } of after.tasks.filter(isOpen))
      check(at < deadlineOf(path), "a timer ends all that is over", { path, at });
}

function forgetsLossesOnResults({ after, change, history }: Write): void {
  const types: readonly HistoryType[] = ["task_completed", "task_skipped", "attempt_failed"];
  if (change === undefined || !history.some(({ type }) => types.includes(type))) return;
  expectSame("a result makes lost workers forgotten", [after.lost, after.lostRecorded], [0, 0]);
}

/** The input of the simulated job has 2 bytes. */
function countsBytes(job: Job): void {
  const results = job.tasks.reduce((sum, { result }) => sum + bytesOf(result), 0);
  expectSame("a job's bytes are those of its parts", job.bytes, 2 + results);
}

function toldInHistory(job: Job, history: readonly HistoryEntry[]): void {
  const told = (type: HistoryType, path?: string): number =>
    history.filter((entry) => entry.type === type && entry.path === path).length;
  expectSame("a start is told once, first", [told("job_started"), history[0]?.type], [1, "job_started"]);
  for (const status of ["completed", "failed", "timed_out", "terminated"] as const)
    expectSame(`job_${status} is told`, told(`job_${status}`), job.status === status ? 1 : 0);
  for (const task of job.tasks) {
    for (const status of ["completed", "failed", "skipped", "cancelled"] as const)
      expectSame(
        `task_${status} of ${task.path} is told`,
        told(`task_${status}`, task.path),
        task.status === status ? 1 : 0,
      );
    expectSame(`failed attempts of ${task.path} are told`, told("attempt_failed", task.path), task.attempt - 1);
    expectSame(
      `a late result of ${task.path} is told`,
      told("late_result", task.path),
      task.lateAt === undefined ? 0 : 1,
    );
  }
  check(
    history.every((entry, index) => entry.at >= (history[index - 1]?.at ?? 0)),
    "the history is in order",
    history,
  );
  const losses = history.filter(({ type }) => type === "worker_lost").map(({ fence }) => fence);
  expectSame("each loss is told once", [...new Set(losses)], losses);
  const end = history.findIndex(({ type }) => type === `job_${job.status}`);
  if (isFinal(job.status))
    check(
      history.slice(end + 1).every(({ type }) => type === "late_result"),
      "after the end come late results only",
      history,
    );
}

function isOpen(task: TaskExecution): boolean {
  return task.status === "scheduled" || task.status === "started";
}
