import type { Moment } from "../../model/decision/moment.ts";
import { executionAt } from "../../model/job/executions.ts";
import type { Failure } from "../../model/job/failure.ts";
import type { TaskExecution } from "../../model/job/task-execution.ts";
import { placesOf } from "../../model/tree/places.ts";
import { isUndo, undonePathOf, undoPathOf } from "../../model/tree/undo-path.ts";
import type { TaskNode, Workflow } from "../../model/workflow.ts";
import { withGroups } from "../process-groups.ts";

/** The undo that is to run next: of the task that completed last, of those that have one and have not been undone. Undefined when nothing is left. */
export function nextUndo(model: Workflow, tasks: readonly TaskExecution[], moment: Moment): TaskExecution | undefined {
  let last: TaskExecution | undefined;
  for (const task of tasks)
    if (isToBeUndone(model, tasks, task) && (task.doneAs ?? 0) > (last?.doneAs ?? -1)) last = task;
  const undo = last === undefined ? undefined : undoOf(model, last);
  if (last === undefined || undo === undefined) return undefined;
  const before = executionAt(tasks, { path: undo.path, iteration: last.iteration });
  return withGroups(scheduled(undo, last, moment), before?.processGroups ?? []);
}

/** The number of the next task that completes and has an undo: they are undone in reverse. */
export function nextDoneAs(tasks: readonly TaskExecution[]): number {
  return 1 + tasks.reduce((most, { doneAs = 0 }) => Math.max(most, doneAs), 0);
}

/** The tasks with those marked as undone whose undo is done. `ended`: what ended now. */
export function withUndone(tasks: readonly TaskExecution[], ended: readonly TaskExecution[]): TaskExecution[] {
  return ended.flatMap((undo): TaskExecution[] => {
    if (!isUndo(undo) || undo.status !== "completed") return [];
    const task = executionAt(tasks, { path: undonePathOf(undo), iteration: undo.iteration });
    return task?.status === "completed" ? [{ ...task, status: "undone" }] : [];
  });
}

/** Why the job fails where an undo did, whatever it was to end as. */
export function undoFailure(tasks: readonly TaskExecution[], before: Failure | undefined): Failure | undefined {
  const [first, ...more] = tasks.filter((task) => isUndo(task) && task.status === "failed");
  if (first === undefined) return undefined;
  const { code = "internal", message = "it failed without a reason" } = first.error ?? {};
  const others = more.length === 0 ? "" : `, and ${more.length} more`;
  const cause = before === undefined ? "" : `; the job was ended by: ${before.message} (${before.code})`;
  return {
    code: "undo_failed",
    message: `${JSON.stringify(first.name)} failed: ${message} (${code})${others}${cause}`,
  };
}

/** What undoes the task; undefined where nothing does. */
export function undoOf(model: Workflow, { path }: Pick<TaskExecution, "path">): TaskNode | undefined {
  const node = placesOf(model.root).get(path)?.node;
  return node?.kind === "task" ? node.undo : undefined;
}

function isToBeUndone(model: Workflow, tasks: readonly TaskExecution[], task: TaskExecution): boolean {
  if (task.status !== "completed" || undoOf(model, task) === undefined) return false;
  const undo = executionAt(tasks, { path: undoPathOf(task.path), iteration: task.iteration });
  return undo === undefined || undo.status === "undone";
}

function scheduled({ path, name, type }: TaskNode, task: TaskExecution, { nowMs }: Moment): TaskExecution {
  const { iteration, keys } = task;
  const due = { status: "scheduled", attempt: 1, readyAt: nowMs, scheduledAt: nowMs } as const;
  return { path, iteration, name, type, ...due, ...(keys !== undefined && { keys }) };
}
