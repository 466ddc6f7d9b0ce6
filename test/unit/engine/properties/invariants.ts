import { bytesOf } from "../../../../src/engine/result-size.ts";
import type { Renewal } from "../../../../src/model/decision/decision.ts";
import type { Limits } from "../../../../src/model/decision/moment.ts";
import { executionKey } from "../../../../src/model/job/executions.ts";
import type { HistoryEntry, HistoryType } from "../../../../src/model/job/history.ts";
import { isFinal, type Job, never } from "../../../../src/model/job/job.ts";
import { isOpen, type TaskExecution, triesOf } from "../../../../src/model/job/task-execution.ts";
import { placesOf } from "../../../../src/model/tree/places.ts";
import { isUndo, undoPathOf } from "../../../../src/model/tree/undo-path.ts";
import type { Workflow } from "../../../../src/model/workflow.ts";
import { check, expectSame } from "./checks/check.ts";
import { foundAsItIs } from "./checks/found.ts";
import { wronglyTold } from "./checks/kin.ts";
import { isAbout, isOwnRetry, isRun, toldInHistory } from "./checks/told.ts";
import { wronglyUndone } from "./checks/undone.ts";
import { disorder } from "./order.ts";
import { wrongly } from "./owed.ts";
import type { Write } from "./simulation.ts";

/** What must be true after every write of a job that runs a tree. `history` is everything so far. */
export function checkWrite(model: Workflow, write: Write, history: readonly HistoryEntry[], limits: Limits): void {
  if (write.change?.renewal === undefined) keepsResults(write);
  else beginsAnew(model, write, write.change.renewal);
  endsForGood(write);
  check(disorder(model, write.after) === undefined, disorder(model, write.after) ?? "", write.after.tasks);
  waitsForSomething(write.after);
  const wrong = wrongly(write, limits.maxJobBytes);
  check(wrong === undefined, wrong ?? "", { before: write.before, after: write.after, events: write.events });
  const untold = wronglyTold(model, write);
  check(untold === undefined, untold ?? "", { before: write.before, after: write.after });
  const undoing = wronglyUndone(model, write, history);
  check(undoing === undefined, undoing ?? "", write.after);
  beginsNothingWhilePaused(write);
  growsOnly(model, write);
  acceptsOnlyTheHolder(write);
  repeatsWhatIsNamed(model, write);
  keepsToTheTime(model, write);
  forgetsLossesOnResults(write);
  countsBytes(write.after);
  foundAsItIs(write);
  toldInHistory(model, write.after, history);
}

function keepsResults({ before, after, history }: Write): void {
  const isRetried = history.some(({ type }) => type === "job_retried");
  for (const task of before.tasks) {
    const now = after.tasks.find((other) => executionKey(other) === executionKey(task));
    check(now !== undefined, "no task execution is lost", task);
    if (isOpen(task) || now === undefined || task.status === "undone") continue;
    if (now.status === "undone") {
      expectSame("what is undone was done", { ...withoutLate(now), status: "completed" }, withoutLate(task));
      continue;
    }
    const hasSucceeded = task.status === "completed" || task.status === "skipped";
    if (!hasSucceeded && isRetried) continue;
    if (!hasSucceeded && history.some((entry) => isAbout(entry, task) && entry.by !== undefined)) continue; // skipped or retried
    expectSame("a task that ended stays as it is", withoutLate(now), withoutLate(task));
    check(task.lateAt === undefined || now.lateAt === task.lateAt, "a late result is noted once", now);
  }
}

function isTakenBack(task: TaskExecution): boolean {
  return task.status === "undone" || isUndo(task);
}

function withoutLate({ lateAt: _lateAt, ...kept }: TaskExecution): Omit<TaskExecution, "lateAt"> {
  return kept;
}

/** A retry keeps what was done, a restart nothing; neither leaves anything by which an earlier result could count. */
function beginsAnew(model: Workflow, { before, after, history }: Write, { tasks }: Renewal): void {
  const asked = history.filter(({ type }) => type === "job_retried" || type === "job_restarted");
  check(
    asked.some(({ by }) => by === "ada"),
    "people begin a job anew",
    history,
  );
  check(after.fence > before.fence, "what was begun before is stale", [before.fence, after.fence]);
  check(after.run > before.run === (tasks === "replaced"), "a restart is the next run, a retry the same", after);
  const isLifted = history.some(({ type }) => type === "job_undoing");
  if (!isLifted)
    check((after.deadlineAt === undefined) === (model.timeoutMs === undefined), "the time-out begins anew", after);
  for (const task of after.tasks) {
    const earlier = before.tasks.find((other) => executionKey(other) === executionKey(task));
    const isDone = earlier?.status === "completed" || earlier?.status === "skipped";
    const node = placesOf(model.root).get(task.path)?.node;
    const undo = { path: undoPathOf(task.path), iteration: task.iteration };
    const isUndoneNow = history.some((entry) => entry.type === "task_completed" && isAbout(entry, undo));
    const hasUndo = node?.kind === "task" && node.undo !== undefined;
    if (earlier?.status === "completed" && tasks === "kept" && hasUndo && !isUndoneNow)
      expectSame("what has an undo and was not undone is not done twice", withoutLate(task), withoutLate(earlier));
    if (task.status === "undone")
      check(before.tasks.some(isTakenBack), "only after undos is anything taken back", task);
    else if (isDone && tasks === "kept" && !before.tasks.some(isTakenBack))
      expectSame("what was done stays as it is", withoutLate(task), withoutLate(earlier));
    else if (isOpen(task)) expectSame("attempts are counted anew", [triesOf(task), task.result], [1, undefined]);
  }
}

function endsForGood({ before, after, change }: Write): void {
  if (isFinal(after.status)) {
    check(after.lease === undefined, "an ended job has no lease", after.lease);
    check(after.finishedAt !== undefined, "an ended job says when", after);
    check(!after.tasks.some(isOpen), "an ended job has nothing open", after.tasks);
    check(change !== undefined, "only an event ends a job", after);
    if (change !== undefined && !isFinal(before.status))
      check(change.lease === "release", "the end gives back the lease", change);
  }
  if (!isFinal(before.status) || change?.renewal !== undefined) return;
  const { tasks: _before, version: _v1, effects: _owed, told: _told1, ...was } = before;
  const { tasks: _after, version: _v2, effects: _owes, told: _told2, ...is } = after;
  expectSame("an ended job stays as it is", is, was);
}

function waitsForSomething(job: Job): void {
  const { readyAt, status, tasks } = job;
  check((readyAt === undefined) === isFinal(status), "a job is timed exactly while it is not ended", {
    readyAt,
    status,
  });
  if (isFinal(status)) return;
  check(Number.isSafeInteger(readyAt), "a timer is a whole number", readyAt);
  check(tasks.some(isOpen), "something is running, timed or awaited", tasks);
  for (const task of tasks) {
    if (task.status === "scheduled") check(Number.isSafeInteger(task.readyAt), "a scheduled attempt is due", task);
    else if (task.status !== "awaiting") check(task.readyAt === undefined, "what is not scheduled is not due", task);
  }
}

/** Nobody may claim a paused job before it is resumed, and nothing of it is noted as begun. */
function beginsNothingWhilePaused({ before, after, change, history }: Write): void {
  const forEvents = after.tasks
    .filter(isOpen)
    .every(({ status, readyAt }) => status === "awaiting" && readyAt === undefined);
  const forNothingElse = after.status === "paused" || (forEvents && after.lease === undefined && after.lost === 0);
  if (!isFinal(after.status) && after.lost === 0)
    check(
      (after.readyAt === never) === forNothingElse,
      "a job that waits for people or events alone is not due",
      after,
    );
  if (before.status !== "paused" || change?.renewal !== undefined) return;
  check(after.fence === before.fence, "nobody claims a paused job", { before, after });
  // A cancel has its undos run, too.
  if (history.some(({ type, by }) => type === "job_resumed" || (type === "job_undoing" && by !== undefined))) return;
  const isBegun = history.some(({ type }) => type === "attempt_started");
  check(!isBegun, "nothing of a paused job is noted as begun", history);
  check(after.status === "paused" || isFinal(after.status), "a paused job is resumed by people", history);
}

function growsOnly(model: Workflow, { before, after, change, history }: Write): void {
  const isRenewed = change?.renewal !== undefined;
  check(after.version === before.version + 1, "each write is one version", [before.version, after.version]);
  check(
    after.fence >= before.fence && (change === undefined || isRenewed || after.fence === before.fence),
    "a fence never goes back, an event never moves it unless the job begins anew",
    after,
  );
  if (change !== undefined && after.lease !== undefined)
    expectSame("an event gives no lease", after.lease, before.lease);
  if (after.status === "pending") check(after.startedAt === undefined, "what has run is not pending", after);
  if (after.startedAt !== undefined) check(after.tasks.length > 0, "a job that has begun has tasks", after);
  if (isRenewed) return;
  for (const task of before.tasks) {
    const now = after.tasks.find((other) => executionKey(other) === executionKey(task));
    const count = (type: HistoryType): number =>
      history.filter((entry) => entry.type === type && isAbout(entry, task)).length;
    const wanted = task.attempt + count("attempt_failed") + (isRun(model, task) ? count("task_retried") : 0);
    const more = (now?.attempt ?? 0) - wanted;
    const most = isRun(model, task) ? history.filter(isOwnRetry).length : 0;
    check(more >= 0 && more <= most, "a failed attempt is followed by the next, any other is not", [task, now]);
  }
  if (before.startedAt !== undefined) check(after.startedAt === before.startedAt, "a job starts once", after);
  const isLifted = after.deadlineAt === undefined && after.ending !== undefined; // for its undos
  check(after.deadlineAt === before.deadlineAt || before.version === 0 || isLifted, "the deadline stays", after);
}

function acceptsOnlyTheHolder({ before, events = [], history }: Write): void {
  const late = history.some(({ type }) => type === "late_result");
  for (const event of events) {
    if (!("fence" in event) || event.fence === undefined) continue;
    check(event.fence === before.fence, "only the newest fence counts", { event, job: before });
    if (!late) check(before.lease !== undefined, "what was given back is not the worker's", event);
    if (!("attempt" in event)) continue;
    const told = history.some((entry) => isAbout(entry, event) && entry.attempt === event.attempt);
    check(told, "an event counts for its own attempt only", { event, history });
  }
}

function repeatsWhatIsNamed(model: Workflow, { change, events = [], history }: Write): void {
  if (change === undefined) return;
  for (const { path = "", iteration = 0, attempt } of history.filter(({ type }) => type === "attempt_failed")) {
    const node = placesOf(model.root).get(path)?.node;
    if (node?.kind === "external") continue; // `external.test.ts` has what is repeated of those
    const on = node?.kind === "task" ? node.retry.on : undefined;
    const named = events.some((event) => {
      if (
        event.kind !== "attempt_finished" ||
        event.attempt !== attempt ||
        executionKey(event) !== executionKey({ path, iteration })
      )
        return false;
      const { outcome } = event;
      if (outcome.kind !== "failed" || !outcome.retryable) return false;
      const { error, statusCode = 0 } = outcome;
      return on === undefined || on.codes.includes(error.code) || (statusCode === 503 && on.statusCodes.length > 0);
    });
    check(named, "only failures that the definition names are repeated", { path, attempt, on, events });
  }
}

function keepsToTheTime(model: Workflow, { before, after, change, events = [], history }: Write): void {
  if (change === undefined || change.renewal !== undefined) return; // what begins anew has new deadlines
  const deadlineOf = (about: { path: string; iteration: number }): number => {
    const task = after.tasks.find((other) => executionKey(other) === executionKey(about));
    const node = placesOf(model.root).get(about.path)?.node;
    const limitMs =
      node?.kind === "task" || node?.kind === "external"
        ? node.totalTimeoutMs
        : node?.kind === "wait" && "event" in node.for
          ? node.for.timeoutMs
          : undefined;
    return (task?.scheduledAt ?? Number.NaN) + (limitMs ?? Number.POSITIVE_INFINITY);
  };
  for (const entry of history) {
    const { type, path = "", iteration = 0, dueAt = 0, at, error } = entry;
    const about = { path, iteration };
    if (history.some((other) => isOwnRetry(other) || (other.type === "task_retried" && isAbout(other, about))))
      continue;
    if (type === "attempt_failed") check(dueAt < deadlineOf(about), "no retry comes too late", { path, dueAt });
    if (
      type === "task_failed" &&
      error?.code === "task_timeout" &&
      placesOf(model.root).get(path)?.node.kind !== "external" && // its next attempt would come too late
      !events.some(({ kind }) => kind === "attempt_finished")
    )
      check(at >= deadlineOf(about), "no time-out comes early", { path, at });
  }
  const at = history[0]?.at ?? 0;
  if (events.length === 1 && events[0]?.kind === "timer_due")
    for (const task of after.tasks.filter(isOpen)) {
      if (before.tasks.every((was) => executionKey(was) !== executionKey(task))) continue;
      check(at < deadlineOf(task), "a timer ends all that is over", { task, at });
      check(task.status !== "awaiting" || at < (task.readyAt ?? never), "a timer ends all waits that are over", task);
    }
}

function forgetsLossesOnResults({ after, change, history }: Write): void {
  const types: readonly HistoryType[] = ["task_completed", "task_skipped", "attempt_failed"];
  const isResult = ({ type, worker }: HistoryEntry): boolean => worker !== undefined && types.includes(type);
  if (change === undefined || !history.some(isResult)) return;
  expectSame("a result makes lost workers forgotten", [after.lost, after.lostRecorded], [0, 0]);
}

/** The input of the simulated job has 2 bytes. */
function countsBytes(job: Job): void {
  const results = job.tasks.reduce((sum, { result }) => sum + bytesOf(result), 0);
  expectSame("a job's bytes are those of its parts", job.bytes, 2 + results);
}
