import type { TaskExecution } from "../../model/job/task-execution.ts";

/** How often people asked for a new key, which an execution keeps when it is begun anew. */
export function keysOf(before: TaskExecution | undefined): Pick<TaskExecution, "keys"> {
  return before?.keys === undefined ? {} : { keys: before.keys };
}

/** Which of its children it is to call, which an execution keeps when it is begun anew. */
export function generationOf(before: TaskExecution | undefined): Pick<TaskExecution, "generation"> {
  return before?.generation === undefined ? {} : { generation: before.generation };
}
