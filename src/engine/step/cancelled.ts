import type { Moment } from "../../model/decision/moment.ts";
import { withTasks } from "../../model/job/executions.ts";
import type { HistoryEntry } from "../../model/job/history.ts";
import type { Job } from "../../model/job/job.ts";
import type { TaskExecution } from "../../model/job/task-execution.ts";
import { aboutTask } from "../about-attempt.ts";
import type { Step } from "./step.ts";

/** The execution, ended before it could end by itself. */
export function cancelled(task: TaskExecution, moment: Moment): TaskExecution {
  const { readyAt: _readyAt, startedUnder: _startedUnder, ...kept } = task;
  return { ...kept, status: "cancelled", finishedAt: moment.nowMs };
}

/** How the history tells of it. */
export function taskCancelled(job: Job, task: TaskExecution, moment: Moment): HistoryEntry {
  return { at: moment.nowMs, type: "task_cancelled", run: job.run, ...aboutTask(task) };
}

/** The step, with those executions cancelled that the tree has no use for any more. */
export function withCancelled(job: Job, step: Step, open: readonly TaskExecution[], moment: Moment): Step {
  if (open.length === 0) return step;
  const ended = open.map((task) => cancelled(task, moment));
  const entries = open.map((task) => taskCancelled(job, task, moment));
  return { ...step, tasks: withTasks(step.tasks, ended), history: [...step.history, ...entries] };
}
