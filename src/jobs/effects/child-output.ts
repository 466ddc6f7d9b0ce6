import type { Job } from "../../model/job/job.ts";
import type { TaskExecution } from "../../model/job/task-execution.ts";
import type { JsonObject } from "../../model/json.ts";

/** What a completed job brought: under each task's name the response of its last execution that completed. */
export function outputOf({ tasks }: Pick<Job, "tasks">): JsonObject {
  const last = new Map<string, TaskExecution>();
  for (const task of tasks) {
    if (task.status !== "completed" || task.result?.response === undefined) continue;
    if ((last.get(task.name)?.finishedAt ?? 0) <= (task.finishedAt ?? 0)) last.set(task.name, task);
  }
  return Object.fromEntries([...last].map(([name, { result }]) => [name, result?.response ?? null]));
}
