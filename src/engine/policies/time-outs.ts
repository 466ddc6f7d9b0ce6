import type { Decision } from "../../model/decision/decision.ts";
import type { Moment } from "../../model/decision/moment.ts";
import { taskDeadline } from "../../model/job/deadlines.ts";
import { executionAt } from "../../model/job/executions.ts";
import type { Failure } from "../../model/job/failure.ts";
import type { HistoryEntry } from "../../model/job/history.ts";
import { isFinal, type Job } from "../../model/job/job.ts";
import { isOpen, type TaskExecution } from "../../model/job/task-execution.ts";
import { type Places, placesOf } from "../../model/tree/places.ts";
import type { TaskNode, Workflow } from "../../model/workflow.ts";
import { aboutTask } from "../about-attempt.ts";
import { failureEntry, lostBy } from "../external/ending.ts";
import { ignored } from "../ignored.ts";
import { end, nextStep } from "../step/next-step.ts";
import { noTimeLeft } from "./no-time-left.ts";

const overallTimeOut: Failure = { code: "timed_out", message: "The job reached its overall time-out" };

/** Time may be over for the job, or for tasks of it whatever they are doing. */
export function timerDue(model: Workflow, job: Job, moment: Moment): Decision {
  if (isFinal(job.status)) return ignored("not_allowed_in_state");
  if (job.deadlineAt !== undefined && moment.nowMs >= job.deadlineAt)
    return end(model, job, { tasks: [], history: [] }, moment, { status: "timed_out", error: overallTimeOut });
  const places = placesOf(model.root);
  const tasks = job.tasks.flatMap((task): TaskExecution[] => {
    if (!isOpen(task)) return [];
    if (moment.nowMs >= (taskDeadline(places, task) ?? Number.POSITIVE_INFINITY))
      return [failedBy(noTimeLeft(task.error), task, moment)];
    if (task.status !== "awaiting" || task.readyAt === undefined || moment.nowMs < task.readyAt) return [];
    return [task.external === undefined ? endOfWait(places, task, moment) : lostBy(model, task, moment)];
  });
  if (tasks.length === 0) return ignored("not_due");
  const history = tasks.map((task): HistoryEntry => {
    const before = executionAt(job.tasks, task);
    if (before?.external !== undefined && task.error !== undefined)
      return failureEntry(job, before, task, task.error, moment);
    const type = task.status === "completed" ? "task_completed" : "task_failed";
    const error = task.error === undefined ? {} : { error: task.error };
    return { at: moment.nowMs, type, run: job.run, ...aboutTask(task), ...error };
  });
  return nextStep(model, job, { tasks, history }, moment);
}

function failedBy(error: Failure, task: TaskExecution, moment: Moment): TaskExecution {
  const { readyAt: _readyAt, startedUnder: _startedUnder, ...kept } = task;
  return { ...kept, status: "failed", error, finishedAt: moment.nowMs };
}

/** A time that was waited for has come; or what was waited for has not come in time. */
function endOfWait(places: Places, task: TaskExecution, moment: Moment): TaskExecution {
  const node = places.get(task.path)?.node;
  const { readyAt: _readyAt, ...kept } = task;
  if (node?.kind === "wait" && !("event" in node.for))
    return { ...kept, status: "completed", finishedAt: moment.nowMs };
  const message = `"${task.name}" was not told in time what it waited for`;
  return failedBy({ code: "task_timeout", message }, task, moment);
}

/** Whether an attempt that is due at `readyAt` would come too late. */
export function isTooLate(node: TaskNode, task: TaskExecution, readyAt: number): boolean {
  return node.totalTimeoutMs !== undefined && readyAt >= task.scheduledAt + node.totalTimeoutMs;
}
