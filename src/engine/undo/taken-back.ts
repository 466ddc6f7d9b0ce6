import type { Moment } from "../../model/decision/moment.ts";
import { executionKey, withTasks } from "../../model/job/executions.ts";
import type { Job } from "../../model/job/job.ts";
import { isTakenBack, type TaskExecution } from "../../model/job/task-execution.ts";
import { isDecided } from "../../model/tree/decided.ts";
import { isUndo } from "../../model/tree/undo-path.ts";
import type { SubWorkflowNode, Workflow } from "../../model/workflow.ts";
import { advance } from "../nodes/advance.ts";
import { isDueTo } from "../tree/due-to.ts";
import { keptAnew } from "../tree/keys.ts";
import { Look } from "../tree/look/look.ts";
import { undoOf } from "./next-undo.ts";

/** Tasks of the job were undone, or were to be. */
export function hasUndone({ tasks }: Job): boolean {
  return tasks.some((task) => task.status === "undone" || isUndo(task));
}

/**
 * What a retry takes back in a job of which tasks were undone: the job goes on from the first of these, so that everything that the tree does not get to before them is as if it
 * had not begun. What was done and is to be done once more is called under another key; what was waited for and came stays. So does what has an undo that did not do its work: it
 * would be done twice.
 */
export function takenBack(model: Workflow, job: Job, newKey: boolean, moment: Moment): TaskExecution[] {
  const first = job.tasks.flatMap((task): TaskExecution[] => {
    if (isUndo(task)) return isTakenBack(task) ? [] : [reset(task, false)];
    if (task.status === "undone") return [reset(task, true)];
    return task.status === "failed" || task.status === "cancelled" ? [reset(task, newKey)] : [];
  });
  const tasks = withTasks(job.tasks, first);
  const reached = new Set<string>();
  advance(model.root, new Look(model, job, tasks, job.bytes, moment, reached).view());
  const isReached = (task: TaskExecution): boolean => isUndo(task) || reached.has(executionKey(task));
  const done = tasks.filter((task) => task.status === "completed" && undoOf(model, task) !== undefined);
  const stays = (task: TaskExecution): boolean =>
    done.includes(task) || (isDecided(task) && done.some((one) => isDueTo(model, one, task)));
  const beyond = tasks.filter((task) => !isReached(task) && mayGo(task) && !stays(task));
  return [
    ...first.map((task) => (isReached(task) ? task : withNextChild(task))),
    ...beyond.map((task) => withNextChild(reset(task, true))),
  ];
}

function mayGo({ type, status }: TaskExecution): boolean {
  return status !== "undone" && type !== "wait";
}

/** What it is to be called with is made anew: the child of before has the result of another input, or failed with one. */
function withNextChild(task: TaskExecution): TaskExecution {
  if (task.type !== ("sub_workflow" satisfies SubWorkflowNode["kind"])) return task;
  const { newKey: _newKey, generation = 0, ...kept } = task;
  return { ...kept, generation: generation + 1 };
}

function reset(task: TaskExecution, newKey: boolean): TaskExecution {
  const { path, iteration, name, type, scheduledAt } = task;
  return { path, iteration, name, type, status: "undone", attempt: 1, scheduledAt, ...keptAnew(task, newKey) };
}
