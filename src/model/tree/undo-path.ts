import type { ExecutionName } from "../job/executions.ts";

/** No path of a tree begins so. */
const prefix = "undo:";

/** Where the undo of a task is executed, in the task's own iteration. */
export function undoPathOf(path: string): string {
  return prefix + path;
}

/** Whether the execution undoes another one. */
export function isUndo({ path }: Pick<ExecutionName, "path">): boolean {
  return path.startsWith(prefix);
}

/** The path of the task that an undo is for. */
export function undonePathOf({ path }: Pick<ExecutionName, "path">): string {
  return path.slice(prefix.length);
}
