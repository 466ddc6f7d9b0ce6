import { closest } from "../../model/closest.ts";
import { WorkflowsError } from "../../model/errors.ts";
import type { Job } from "../../model/job/job.ts";
import type { TaskExecution } from "../../model/job/task-execution.ts";
import { placesOf } from "../../model/tree/places.ts";
import type { Workflow } from "../../model/workflow.ts";

/** A task of a job, as people name it. */
export interface NamedTask {
  /** Its path or its name. */
  readonly task: string;
  /** Which of several executions under one path; absent: the one that it can be. */
  readonly iteration?: number;
}

/**
 * The execution that is meant: of several, the only one with which it may be done.
 * Throws task_not_found, not_allowed_in_state where the task has not begun, invalid_request where several are meant as well.
 */
export function taskNamed(
  model: Workflow,
  job: Job,
  { task: name, iteration }: NamedTask,
  may: (task: TaskExecution) => boolean,
): TaskExecution {
  const atPath = job.tasks.filter((task) => task.path === name);
  const called = atPath.length > 0 ? atPath : job.tasks.filter((task) => task.name === name);
  const meant = iteration === undefined ? called : called.filter((task) => task.iteration === iteration);
  const possible = meant.filter(may);
  if (possible.length > 1) throw ambiguous(name, possible);
  const found = possible[0] ?? meant.at(-1);
  if (found === undefined) throw missing(model, job, name);
  return found;
}

export function spoken({ name, path, iteration }: TaskExecution): string {
  return `${JSON.stringify(name)} (${path}${iteration === 0 ? "" : `, iteration ${iteration}`})`;
}

function ambiguous(name: string, tasks: readonly TaskExecution[]): WorkflowsError {
  const message = `${JSON.stringify(name)} may mean any of ${tasks.length} tasks; name one by its path, and its iteration in a loop: ${tasks
    .slice(0, 10)
    .map(spoken)
    .join(", ")}`;
  return new WorkflowsError("invalid_request", message, { details: [{ at: "/task", message }] });
}

function missing(model: Workflow, job: Job, name: string): WorkflowsError {
  const defined = [...placesOf(model.root).values()].map(({ node }) => node);
  if (defined.some((node) => node.path === name || node.name === name))
    return new WorkflowsError("not_allowed_in_state", `The task ${JSON.stringify(name)} has not begun in this job`);
  const known = new Set([...defined.map((node) => node.name), ...job.tasks.map((task) => task.name)]);
  const meant = closest(name, known);
  const hint = meant === undefined ? "" : `; did you mean ${JSON.stringify(meant)}?`;
  const message = `The job has no task ${JSON.stringify(name.slice(0, 200))}${hint}`;
  return new WorkflowsError("task_not_found", message, { details: [{ at: "/task", message }] });
}
