import type { Moment } from "../../model/decision/moment.ts";
import { withTasks } from "../../model/job/executions.ts";
import type { Job } from "../../model/job/job.ts";
import type { TaskExecution } from "../../model/job/task-execution.ts";
import type { Workflow } from "../../model/workflow.ts";
import { branchesOf, branchingsAround, isInside } from "../tree/branchings.ts";
import { standsOf } from "../tree/stands.ts";

/** What has to follow where one task of a job changes and the others keep their state. */
export type Around =
  /** These were cancelled, and without them nothing around the task can complete any more: they are taken up again with it. */
  | { readonly kind: "goes_on"; readonly with: readonly TaskExecution[] }
  /** What the task belongs to is complete without it. */
  | { readonly kind: "of_no_use" }
  /** Others failed too, so that it cannot help. */
  | { readonly kind: "hopeless" };

/** Looks from the inside to the outside at the branchings around a task. `task`: as it will be. `begin`: how a cancelled one is taken up again. */
export function around(
  model: Workflow,
  job: Job,
  task: TaskExecution,
  begin: (cancelled: TaskExecution) => TaskExecution,
  moment: Moment,
): Around {
  let tasks = withTasks(job.tasks, [task]);
  const taken: TaskExecution[] = [];
  for (const branching of branchingsAround(model, task)) {
    const { join, branches } = branchesOf(branching, standsOf(model, job, tasks, moment));
    if (branches.filter(({ own, stand }) => !own && stand === "completed").length >= join) return { kind: "of_no_use" };
    if (branches.filter(({ stand }) => stand !== "failed").length >= join) continue;
    const cancelled = tasks
      .filter((other) => other.status === "cancelled" && isInside(model, branching, other))
      .map(begin);
    tasks = withTasks(tasks, cancelled);
    taken.push(...cancelled);
    if (standsOf(model, job, tasks, moment).of(branching.node, branching.iteration) === "failed")
      return { kind: "hopeless" };
  }
  return { kind: "goes_on", with: taken };
}
