import type { TaskExecution } from "./task-execution.ts";

/** How a job is going to end whose finished tasks are being undone before. */
export type Ending = "failed" | "timed_out" | "terminated";

/** Undefined for a job that has ended, or whose end has not been decided. */
export function endingOf({ ending }: { readonly ending?: Ending | "none" }): Ending | undefined {
  return ending === "none" ? undefined : ending;
}

/** No path of a tree begins so. */
const prefix = "undo:";

/** Where the undo of a task is executed, in the task's own iteration. */
export function undoPathOf(path: string): string {
  return prefix + path;
}

/** Whether the execution undoes another one. */
export function isUndo({ path }: Pick<TaskExecution, "path">): boolean {
  return path.startsWith(prefix);
}

/** The path of the task that an undo is for. */
export function undonePathOf({ path }: Pick<TaskExecution, "path">): string {
  return path.slice(prefix.length);
}
