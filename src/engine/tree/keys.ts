import type { TaskExecution } from "../../model/job/task-execution.ts";
import type { SubWorkflowNode } from "../../model/workflow.ts";

/** How often people asked for a new key, which an execution keeps when it is begun anew. */
export function keysOf(before: TaskExecution | undefined): Pick<TaskExecution, "keys"> {
  return before?.keys === undefined ? {} : { keys: before.keys };
}

/**
 * What an execution that is begun anew keeps of keys, and of which child it calls. `wanted`: people ask for a new key now; where another job makes the calls, it stays
 * to be told to that one.
 */
export function keptAnew(
  { type, keys = 0, generation, newKey }: TaskExecution,
  wanted: boolean,
): Pick<TaskExecution, "keys" | "generation" | "newKey"> {
  const counted = keys + (wanted ? 1 : 0);
  const isToBeTold = newKey === true || (wanted && type === ("sub_workflow" satisfies SubWorkflowNode["kind"]));
  return {
    ...(counted > 0 && { keys: counted }),
    ...(generation !== undefined && { generation }),
    ...(isToBeTold && { newKey: true }),
  };
}
