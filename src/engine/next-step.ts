import type { Change } from "../model/decision/decision.ts";
import type { Moment } from "../model/decision/moment.ts";
import { executionAt, executionKey, withTasks } from "../model/job/executions.ts";
import { type Ending, endingOf, type JobExtras } from "../model/job/extras.ts";
import type { Failure } from "../model/job/failure.ts";
import type { HistoryEntry } from "../model/job/history.ts";
import { type Job, type JobStatus, never } from "../model/job/job.ts";
import { isOpen, type TaskExecution } from "../model/job/task-execution.ts";
import { isDecided } from "../model/tree/decided.ts";
import { isUndo } from "../model/tree/undo-path.ts";
import type { Workflow } from "../model/workflow.ts";
import { aboutTask } from "./about-attempt.ts";
import { cancelled, taskCancelled } from "./cancelled.ts";
import { advance } from "./nodes/advance.ts";
import { jobRetry } from "./policies/job-retry.ts";
import { bytesOf } from "./result-size.ts";
import { Look } from "./tree/view.ts";
import { nextUndo, undoFailure, withUndone } from "./undo/next-undo.ts";

/** For delays under this the lease is kept: giving a job back and claiming it again would cost more than the wait. */
const keepLeaseUnderMs = 1000;

/** What an event did to a job before the tree is asked what follows. */
export interface Step {
  readonly tasks: readonly TaskExecution[];
  readonly history: readonly HistoryEntry[];
  readonly startedAt?: number;
  readonly lost?: number;
  readonly lostRecorded?: number;
  readonly bytes?: number;
  readonly lease?: "release";
  readonly extras?: JobExtras;
}

/** The change that an event makes, completed by what the tree wants next: the result of a task and the scheduling of its successors are one. */
export function nextStep(model: Workflow, job: Job, step: Step, moment: Moment): Change {
  const ending = endingOf(job);
  if (ending !== undefined) return undoNext(model, job, step, moment, ending);
  const look = new Look(model, job, withTasks(job.tasks, step.tasks), step.bytes ?? job.bytes, moment);
  const progress = advance(model.root, look.view());
  const whole = withCancelled(job, withDecisions(job, step, look, moment), progress.cancel, moment);
  switch (progress.kind) {
    case "completed":
      return finish(job, whole, moment, "completed", undefined);
    case "failed":
      return fail(model, job, whole, moment, progress.error);
    case "ended":
      return end(model, job, whole, moment, progress.status, progress.error);
    case "active":
      return goOn(model, job, whole, moment, progress.schedule);
    default:
      return progress satisfies never;
  }
}

/** Ends the job, or has it go on from what failed, where its definition says so. */
function fail(model: Workflow, job: Job, step: Step, moment: Moment, error: Failure): Change {
  const again = jobRetry(model, job, withTasks(job.tasks, step.tasks), error, moment);
  if (again === undefined) return end(model, job, step, moment, "failed", error);
  const { retried, told } = again;
  const open = withTasks(job.tasks, step.tasks).filter(isOpen);
  const history = [...step.history, ...open.map((task) => taskCancelled(job, task, moment)), told];
  const tasks = withTasks(step.tasks, again.tasks);
  const bytes = bytesWithout(step.bytes ?? job.bytes, job, step, again.tasks);
  return nextStep(
    model,
    { ...job, retried },
    { ...step, tasks, history, bytes, extras: { ...step.extras, retried } },
    moment,
  );
}

/** What the job weighs once these have no result any more. */
function bytesWithout(bytes: number, job: Job, step: Step, begun: readonly TaskExecution[]): number {
  const tasks = withTasks(job.tasks, step.tasks);
  return begun.reduce((sum, task) => sum - bytesOf(executionAt(tasks, task)?.result), bytes);
}

/** The step, with what the engine decided by itself on the way. */
function withDecisions(job: Job, step: Step, { decisions, bytes }: Look, moment: Moment): Step {
  if (decisions.length === 0) return step;
  const entries = decisions.map((task): HistoryEntry => {
    const { status, error } = task;
    const type = status === "completed" ? "task_completed" : "task_failed";
    return { at: moment.nowMs, type, run: job.run, ...aboutTask(task), ...(error !== undefined && { error }) };
  });
  return { ...step, tasks: withTasks(step.tasks, decisions), history: [...step.history, ...entries], bytes };
}

/** The step, with those executions cancelled that the tree has no use for any more. */
function withCancelled(job: Job, step: Step, open: readonly TaskExecution[], moment: Moment): Step {
  if (open.length === 0) return step;
  const ended = open.map((task) => cancelled(task, moment));
  const entries = open.map((task) => taskCancelled(job, task, moment));
  return { ...step, tasks: withTasks(step.tasks, ended), history: [...step.history, ...entries] };
}

/** Ends the job, at once or, where tasks of it are to be undone because it did not complete, after that. One that is undoing already ends at once. */
export function end(
  model: Workflow,
  job: Job,
  step: Step,
  moment: Moment,
  status: FinalStatus,
  error: Failure | undefined,
  by?: AskedBy,
): Change {
  const closed = withCancelled(job, step, withTasks(job.tasks, step.tasks).filter(isOpen), moment);
  const tasks = withTasks(job.tasks, closed.tasks);
  if (status === "completed" || endingOf(job) !== undefined || nextUndo(model, tasks, moment) === undefined)
    return finish(job, step, moment, status, error, by);
  const { deadlineAt: _deadlineAt, error: _error, ...kept } = job;
  const undoing: Job = {
    ...kept,
    ending: status,
    status: by !== undefined && job.status === "paused" ? "running" : job.status,
    ...(error !== undefined && { error }),
  };
  const told: HistoryEntry = { at: moment.nowMs, type: "job_undoing", run: job.run, ...(error && { error }), ...by };
  const history = [...closed.history, told];
  const extras = { ...step.extras, ending: status };
  return nextStep(model, undoing, { ...closed, history, extras, lost: 0, lostRecorded: 0 }, moment);
}

/** The undos, one after the other; then the end that was decided, unless one of them failed. */
function undoNext(model: Workflow, job: Job, step: Step, moment: Moment, ending: Ending): Change {
  const before = withTasks(job.tasks, step.tasks);
  const undone = withUndone(before, step.tasks);
  const whole = undone.length === 0 ? step : { ...step, tasks: withTasks(step.tasks, undone) };
  if (before.some(isOpen)) return goOn(model, job, whole, moment, []);
  const tasks = withTasks(before, undone);
  const next = nextUndo(model, tasks, moment);
  if (next !== undefined) return goOn(model, job, whole, moment, [next]);
  const error = undoFailure(tasks, job.error);
  return finish(job, whole, moment, error === undefined ? ending : "failed", error ?? job.error);
}

/** Ends the job: what was scheduled is cancelled, the lease given back. */
export function finish(
  job: Job,
  step: Step,
  moment: Moment,
  status: FinalStatus,
  error: Failure | undefined,
  by?: AskedBy,
): Change {
  const inStep = new Set(step.tasks.map(executionKey));
  const open = job.tasks
    .filter((task) => !inStep.has(executionKey(task)))
    .concat(step.tasks)
    .filter(isOpen);
  const { readyAt: _readyAt, error: _error, ...kept } = unchanged(job);
  return {
    ...kept,
    ...stepFields(job, step),
    ...(job.ending !== undefined && { extras: { ...step.extras, ending: "none" } }),
    status,
    tasks: step.tasks.filter((task) => !isOpen(task)).concat(open.map((task) => cancelled(task, moment))),
    ...(error !== undefined && { error }),
    finishedAt: moment.nowMs,
    lease: "release",
    history: [
      ...step.history,
      ...open.map((task) => taskCancelled(job, task, moment)),
      { at: moment.nowMs, type: `job_${status}`, run: job.run, ...(error !== undefined && { error }), ...by },
    ],
  };
}

interface AskedBy {
  readonly by: string;
  readonly reason?: string;
}

type FinalStatus = Extract<JobStatus, "completed" | "failed" | "timed_out" | "terminated">;

/** The change that changes nothing. */
export function unchanged(job: Job): Change {
  return {
    kind: "change",
    jobId: job.id,
    status: job.status,
    tasks: [],
    lost: job.lost,
    lostRecorded: job.lostRecorded,
    bytes: job.bytes,
    lease: "keep",
    history: [],
    ...(job.error !== undefined && { error: job.error }),
    ...(job.readyAt !== undefined && { readyAt: job.readyAt }),
    ...(job.deadlineAt !== undefined && { deadlineAt: job.deadlineAt }),
    ...(job.startedAt !== undefined && { startedAt: job.startedAt }),
    ...(job.finishedAt !== undefined && { finishedAt: job.finishedAt }),
  };
}

function goOn(model: Workflow, job: Job, step: Step, moment: Moment, scheduled: readonly TaskExecution[]): Change {
  const tasks = withTasks(withTasks(job.tasks, step.tasks), scheduled);
  const most = endingOf(job) === undefined ? moment.limits.maxTaskExecutions : Number.POSITIVE_INFINITY; // undos run whatever the job ran into
  if (tasks.length > most && countOf(tasks) > most) {
    const message = `The job would have more than ${most} task executions (max_task_executions)`;
    return end(model, job, step, moment, "failed", { code: "too_many_task_executions", message });
  }
  const change = { ...unchanged(job), ...stepFields(job, step), tasks: withTasks(step.tasks, scheduled) };
  // Its worker alone knows whether more of a paused job runs, and gives it back when nothing does.
  if (change.status === "paused")
    return { ...change, readyAt: never, lease: step.lease ?? "keep", history: step.history };
  const readyAt = earliestDue(tasks, moment);
  return {
    ...change,
    readyAt,
    lease: step.lease ?? leaseUntil(readyAt, moment),
    history: step.history,
  };
}

/** What the engine decides by itself costs next to nothing, and has a limit of its own (`tree/view.ts`); of undos there are no more than tasks. */
function countOf(tasks: readonly TaskExecution[]): number {
  return tasks.filter((task) => !isDecided(task) && !isUndo(task)).length;
}

/** What becomes of the lease of a job of which nothing is to be done before that time. */
export function leaseUntil(readyAt: number, moment: Moment): Change["lease"] {
  return readyAt - moment.nowMs < keepLeaseUnderMs ? "keep" : "release";
}

/** When the first of the open tasks is due: now where one runs or may, `never` where all wait for events. */
export function earliestDue(tasks: readonly TaskExecution[], moment: Moment): number {
  let earliest = never;
  for (const task of tasks) {
    if (!isOpen(task)) continue;
    earliest = Math.min(earliest, task.readyAt ?? (task.status === "awaiting" ? never : moment.nowMs));
  }
  return earliest;
}

type StepFields = Pick<Change, "status" | "lost" | "lostRecorded" | "bytes" | "startedAt" | "extras">;

function stepFields(job: Job, step: Step): StepFields {
  const startedAt = job.startedAt ?? step.startedAt;
  return {
    status: step.startedAt !== undefined && job.status === "pending" ? "running" : job.status,
    lost: step.lost ?? job.lost,
    lostRecorded: step.lostRecorded ?? job.lostRecorded,
    bytes: step.bytes ?? job.bytes,
    ...(step.extras !== undefined && { extras: step.extras }),
    ...(startedAt !== undefined && { startedAt }),
  };
}
