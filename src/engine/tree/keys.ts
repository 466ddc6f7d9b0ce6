import type { TaskExecution } from "../../model/job/task-execution.ts";

/** How often people asked for a new key, which an execution keeps when it is begun anew. */
export function keysOf(before: TaskExecution | undefined): Pick<TaskExecution, "keys"> {
  return before?.keys === undefined ? {} : { keys: before.keys };
}
