import type { Moment } from "../../model/decision/moment.ts";
import type { HistoryEntry } from "../../model/job/history.ts";
import type { Job } from "../../model/job/job.ts";
import type { TaskExecution } from "../../model/job/task-execution.ts";
import { aboutTask } from "../about-attempt.ts";
import { askedBy } from "./asked-by.ts";

interface Asked {
  readonly by: string;
  readonly reason?: string;
  readonly newKey?: true;
}

/** How the history tells that people had an ended job go on. */
export function jobRetried(job: Job, asked: Asked, { nowMs }: Moment): HistoryEntry {
  return { at: nowMs, type: "job_retried", run: job.run, ...newKey(asked), ...askedBy(asked) };
}

/** How the history tells that people had a task begin anew, or what they did to another. */
export function taskRetried(job: Job, task: TaskExecution, asked: Asked, { nowMs }: Moment): HistoryEntry {
  return { at: nowMs, type: "task_retried", run: job.run, ...aboutTask(task), ...newKey(asked), ...askedBy(asked) };
}

function newKey(asked: Asked): Pick<HistoryEntry, "newKey"> {
  return asked.newKey === true ? { newKey: true } : {};
}
