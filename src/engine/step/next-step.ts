import type { Change } from "../../model/decision/decision.ts";
import type { Moment } from "../../model/decision/moment.ts";
import { withTasks } from "../../model/job/executions.ts";
import { type Ending, endingOf } from "../../model/job/extras.ts";
import type { Failure } from "../../model/job/failure.ts";
import type { HistoryEntry } from "../../model/job/history.ts";
import { type Job, never } from "../../model/job/job.ts";
import { isOpen, type TaskExecution } from "../../model/job/task-execution.ts";
import { isDecided } from "../../model/tree/decided.ts";
import { isUndo } from "../../model/tree/undo-path.ts";
import type { Workflow } from "../../model/workflow.ts";
import { aboutTask } from "../about-attempt.ts";
import { advance } from "../nodes/advance.ts";
import { withoutResults } from "../result-size.ts";
import { Look } from "../tree/look/look.ts";
import { nextUndo, undoFailure, withUndone } from "../undo/next-undo.ts";
import { taskCancelled, withCancelled } from "./cancelled.ts";
import { earliestDue, leaseUntil } from "./due.ts";
import { type End, finish } from "./finish.ts";
import { jobRetry } from "./job-retry.ts";
import { type Step, stepFields, unchanged } from "./step.ts";

/** The change that an event makes, completed by what the tree wants next: the result of a task and the scheduling of its successors are one. */
export function nextStep(model: Workflow, job: Job, step: Step, moment: Moment): Change {
  const ending = endingOf(job);
  if (ending !== undefined) return undoNext(model, job, step, moment, ending);
  const look = new Look(model, job, withTasks(job.tasks, step.tasks), step.bytes ?? job.bytes, moment);
  const progress = advance(model.root, look.view());
  const whole = withCancelled(job, withDecisions(job, step, look, moment), progress.cancel, moment);
  switch (progress.kind) {
    case "completed":
      return finish(job, whole, moment, { status: "completed" });
    case "failed":
      return fail(model, job, whole, moment, progress.error);
    case "ended":
      return end(model, job, whole, moment, { status: progress.status, error: progress.error });
    case "active":
      return goOn(model, job, whole, moment, progress.schedule);
    default:
      return progress satisfies never;
  }
}

/** Ends the job, or has it go on from what failed, where its definition says so. */
function fail(model: Workflow, job: Job, step: Step, moment: Moment, error: Failure): Change {
  const before = withTasks(job.tasks, step.tasks);
  const again = jobRetry(model, job, before, error, moment);
  if (again === undefined) return end(model, job, step, moment, { status: "failed", error });
  const { retried, told } = again;
  const cancelled = before.filter(isOpen).map((task) => taskCancelled(job, task, moment));
  const history = [...step.history, ...cancelled, told];
  const tasks = withTasks(step.tasks, again.tasks);
  const { bytes } = withoutResults({ ...job, tasks: before, bytes: step.bytes ?? job.bytes }, again.tasks);
  return nextStep(
    model,
    { ...job, retried },
    { ...step, tasks, history, bytes, extras: { ...step.extras, retried } },
    moment,
  );
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

/** Ends the job, at once or, where tasks of it are to be undone because it did not complete, after that. One that is undoing already ends at once. */
export function end(model: Workflow, job: Job, step: Step, moment: Moment, how: End): Change {
  const { status, error, by } = how;
  const closed = withCancelled(job, step, withTasks(job.tasks, step.tasks).filter(isOpen), moment);
  const tasks = withTasks(job.tasks, closed.tasks);
  if (status === "completed" || endingOf(job) !== undefined || nextUndo(model, tasks, moment) === undefined)
    return finish(job, step, moment, how);
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
  const failed = undoFailure(tasks, job.error);
  const how =
    failed === undefined ? { status: ending, error: job.error } : { status: "failed" as const, error: failed };
  return finish(job, whole, moment, how);
}

function goOn(model: Workflow, job: Job, step: Step, moment: Moment, scheduled: readonly TaskExecution[]): Change {
  const tasks = withTasks(withTasks(job.tasks, step.tasks), scheduled);
  const most = endingOf(job) === undefined ? moment.limits.maxTaskExecutions : Number.POSITIVE_INFINITY; // undos run whatever the job ran into
  if (tasks.length > most && countOf(tasks) > most) {
    const message = `The job would have more than ${most} task executions (max_task_executions)`;
    return end(model, job, step, moment, {
      status: "failed",
      error: { code: "too_many_task_executions", message },
    });
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

/** What the engine decides by itself costs next to nothing, and has a limit of its own (`tree/look/decisions.ts`); of undos there are no more than tasks. */
function countOf(tasks: readonly TaskExecution[]): number {
  return tasks.filter((task) => !isDecided(task) && !isUndo(task)).length;
}
