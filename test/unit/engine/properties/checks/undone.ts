import { executionKey } from "../../../../../src/model/job/executions.ts";
import { endingOf } from "../../../../../src/model/job/extras.ts";
import type { HistoryEntry } from "../../../../../src/model/job/history.ts";
import { isFinal, type Job } from "../../../../../src/model/job/job.ts";
import { isOpen, type TaskExecution } from "../../../../../src/model/job/task-execution.ts";
import { placesOf } from "../../../../../src/model/tree/places.ts";
import { isUndo, undonePathOf, undoPathOf } from "../../../../../src/model/tree/undo-path.ts";
import type { Workflow } from "../../../../../src/model/workflow.ts";
import type { Write } from "../simulation.ts";
import { isAbout } from "./told.ts";

/** What is wrong with how a job undoes what it did; undefined where nothing is. `history`: everything so far. */
export function wronglyUndone(model: Workflow, write: Write, history: readonly HistoryEntry[]): string | undefined {
  const { after } = write;
  const open = after.tasks.filter(isOpen);
  const ending = endingOf(after);
  if (isFinal(after.status)) {
    if (ending !== undefined) return "what has ended undoes nothing any more";
    const left = after.status === "completed" || isCutShort(write) ? [] : leftDone(model, after);
    return left.length === 0 ? undefined : "a job that does not complete undoes what it did";
  }
  if (ending === undefined) return open.some(isUndo) ? "nothing is undone before the end is decided" : undefined;
  if (after.deadlineAt !== undefined) return "an undo has all the time that it needs";
  const [undo] = open;
  if (undo === undefined || open.length > 1 || !isUndo(undo)) return "one undo runs after the other, and nothing else";
  const own = completedAt({ path: undonePathOf(undo), iteration: undo.iteration }, history);
  const later = leftDone(model, after).filter((task) => completedAt(task, history) > own);
  return later.length === 0 ? undefined : "the last that completed is undone first";
}

/** Tasks that are done, have an undo, and no undo of them has ended. */
function leftDone({ root }: Workflow, { tasks }: Job): TaskExecution[] {
  const ended = new Set(tasks.filter((task) => !isOpen(task) && task.status !== "undone").map(executionKey));
  return tasks.filter((task) => {
    const node = placesOf(root).get(task.path)?.node;
    const hasUndo = node?.kind === "task" && node.undo !== undefined;
    const undo = executionKey({ path: undoPathOf(task.path), iteration: task.iteration });
    return hasUndo && task.status === "completed" && !ended.has(undo);
  });
}

function completedAt(task: Pick<TaskExecution, "path" | "iteration">, history: readonly HistoryEntry[]): number {
  return history.findLastIndex((entry) => entry.type === "task_completed" && isAbout(entry, task));
}

/** By people, or by what no undo can heal. */
function isCutShort({ before, events = [], history }: Write): boolean {
  const isUndoing = endingOf(before) !== undefined || history.some(({ type }) => type === "job_undoing");
  const kinds: readonly string[] = ["cancel", "commit_refused", "defect", "lost"];
  const isUnwanted = events.some((event) => event.kind === "cancel" && event.undo === false);
  return isFinal(before.status) || isUnwanted || (isUndoing && events.some(({ kind }) => kinds.includes(kind)));
}
