import type { TaskNode } from "../workflow.ts";
import type { Job } from "./job.ts";
import { isOpen, type TaskExecution } from "./task-execution.ts";

/** The tasks of a workflow by their paths. */
export type TaskNodes = ReadonlyMap<string, TaskNode>;

/** When the task's time over all attempts ends; undefined where it has no limit. Nothing is kept for it: no attempt changes `scheduledAt`. */
export function taskDeadline(nodes: TaskNodes, task: TaskExecution): number | undefined {
  const limitMs = nodes.get(task.path)?.totalTimeoutMs;
  return limitMs === undefined ? undefined : task.scheduledAt + limitMs;
}

/** The first moment at which time ends for the job or for one of its tasks that have not ended. */
export function nextDeadline(nodes: TaskNodes, job: Job): number | undefined {
  let next = job.deadlineAt;
  for (const task of job.tasks) {
    if (!isOpen(task)) continue;
    const at = taskDeadline(nodes, task);
    if (at !== undefined && at < (next ?? Number.POSITIVE_INFINITY)) next = at;
  }
  return next;
}
