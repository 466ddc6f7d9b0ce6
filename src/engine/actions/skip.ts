import type { Change, Decision } from "../../model/decision/decision.ts";
import type { SkipRequested } from "../../model/decision/event.ts";
import type { Moment } from "../../model/decision/moment.ts";
import { withTasks } from "../../model/job/executions.ts";
import { endingOf } from "../../model/job/extras.ts";
import type { HistoryEntry } from "../../model/job/history.ts";
import { isFinal, type Job } from "../../model/job/job.ts";
import { hasNotSucceeded, isOpen, type TaskExecution } from "../../model/job/task-execution.ts";
import { isDecided } from "../../model/tree/decided.ts";
import { isUndo } from "../../model/tree/undo-path.ts";
import type { Workflow } from "../../model/workflow.ts";
import { aboutTask, executionOf } from "../about-attempt.ts";
import { ignored } from "../ignored.ts";
import { withoutResults } from "../result-size.ts";
import { nextStep } from "../step/next-step.ts";
import { anew } from "../tree/anew.ts";
import { hasUndone, takenBack } from "../undo/taken-back.ts";
import { around } from "./around.ts";
import { askedBy } from "./asked-by.ts";
import { renew } from "./renew.ts";
import { jobRetried, taskRetried } from "./told.ts";

/** A task that is open or failed is done without; the job goes on as after a task that was not needed. One that has ended is retried with it. */
export function skip(model: Workflow, job: Job, event: SkipRequested, moment: Moment): Decision {
  if (job.status === "completed") return ignored("not_allowed_in_state");
  const living = !isFinal(job.status);
  const task = executionOf(job, event.task);
  if (task === undefined || !maySkip(job, task)) return ignored("not_allowed_for_task");
  const skipped = skippedBy(task, event.by, moment);
  const told: HistoryEntry = {
    at: moment.nowMs,
    type: "task_skipped",
    run: job.run,
    ...aboutTask(task),
    ...askedBy(event),
  };
  const begin = (one: TaskExecution): TaskExecution => anew(model, one, { living, newKey: false }, moment);
  if (isUndo(task)) return nextStep(model, withoutResults(job, [task]), { tasks: [skipped], history: [told] }, moment);
  if (living) {
    const others = around(model, job, skipped, begin, moment);
    const taken = others.kind === "goes_on" ? others.with : [];
    const before = withoutResults(job, [task, ...taken]);
    const history = [told, ...taken.map((one) => taskRetried(job, one, event, moment))];
    const change = nextStep(model, before, { tasks: [skipped, ...taken], history }, moment);
    return job.startedAt === undefined ? notBefore(task.readyAt ?? 0, change) : change;
  }
  const others = hasUndone(job) ? takenBack(model, job, false, moment) : job.tasks.filter(hasNotSucceeded).map(begin);
  const tasks = withTasks(others, [skipped]);
  const history = [told, jobRetried(job, event, moment)];
  return renew(model, withoutResults(job, tasks), "kept", { tasks, history }, moment);
}

/** Of an ended job also what was cancelled with it; of one that undoes what it did, an undo. What the engine decides by itself is never done without. */
export function maySkip(job: Job, task: TaskExecution): boolean {
  if (isDecided(task)) return false;
  if (endingOf(job) !== undefined) return isUndo(task) && isOpen(task);
  if (isUndo(task)) return false;
  return task.status === "failed" || (isFinal(job.status) ? task.status === "cancelled" : isOpen(task));
}

function skippedBy(task: TaskExecution, by: string, { nowMs }: Moment): TaskExecution {
  const {
    readyAt: _readyAt,
    startedUnder: _startedUnder,
    result: _result,
    error: _error,
    lateAt: _lateAt,
    ...kept
  } = task;
  return { ...kept, status: "skipped", skippedBy: by, finishedAt: nowMs };
}

/** A job that is to begin later does so then, whatever it begins with. */
function notBefore(dueAt: number, change: Change): Change {
  if (change.readyAt === undefined || change.readyAt >= dueAt) return change;
  const tasks = change.tasks.map((task) =>
    task.status === "scheduled" && (task.readyAt ?? 0) < dueAt ? { ...task, readyAt: dueAt, scheduledAt: dueAt } : task,
  );
  return { ...change, tasks, readyAt: dueAt };
}
