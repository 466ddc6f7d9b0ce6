import type { Places } from "../tree/places.ts";
import type { Job } from "./job.ts";
import { isOpen, type TaskExecution } from "./task-execution.ts";

/** When the task's time over all attempts ends; undefined where it has no limit. Nothing is kept for it: no attempt changes `scheduledAt`. */
export function taskDeadline(places: Places, task: TaskExecution): number | undefined {
  const node = places.get(task.path)?.node;
  if (node === undefined || !("totalTimeoutMs" in node) || node.totalTimeoutMs === undefined) return undefined;
  return task.scheduledAt + node.totalTimeoutMs;
}

/** The first moment at which time ends for the job, or for one of its tasks that have not ended. */
export function nextDeadline(places: Places, job: Job): number | undefined {
  let next = job.deadlineAt;
  for (const task of job.tasks) {
    if (!isOpen(task)) continue;
    const waits = task.status === "awaiting" ? task.readyAt : undefined;
    for (const at of [taskDeadline(places, task), waits])
      if (at !== undefined && at < (next ?? Number.POSITIVE_INFINITY)) next = at;
  }
  return next;
}
