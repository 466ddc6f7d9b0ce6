import type { Moment } from "../model/decision/moment.ts";
import type { HistoryEntry } from "../model/job/history.ts";
import type { Job } from "../model/job/job.ts";
import type { TaskExecution } from "../model/job/task-execution.ts";
import { aboutTask } from "./about-attempt.ts";

/** The execution, ended before it could end by itself. */
export function cancelled(task: TaskExecution, moment: Moment): TaskExecution {
  const { readyAt: _readyAt, startedUnder: _startedUnder, ...kept } = task;
  return { ...kept, status: "cancelled", finishedAt: moment.nowMs };
}

/** How the history tells of it. */
export function taskCancelled(job: Job, task: TaskExecution, moment: Moment): HistoryEntry {
  return { at: moment.nowMs, type: "task_cancelled", run: job.run, ...aboutTask(task) };
}
