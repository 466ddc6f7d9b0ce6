import { type ExecutionName, executionAt } from "../model/job/executions.ts";
import type { Job } from "../model/job/job.ts";
import { placesOf } from "../model/tree/places.ts";
import { isUndo, undonePathOf } from "../model/tree/undo-path.ts";
import type { Workflow } from "../model/workflow.ts";
import { jobScope } from "../template/job-scope.ts";
import type { Scope } from "../template/template.ts";

/** What templates of a task see when it is executed: the job at its place in the tree, and allowed environment variables as they are now. */
export function scopeOf(
  { root }: Pick<Workflow, "root">,
  job: Job,
  execution: ExecutionName,
  envAllowed: (name: string) => boolean,
  environment: Readonly<Record<string, string | undefined>>,
): Scope {
  const places = placesOf(root);
  const repeaters = places.get(execution.path)?.repeaters ?? [];
  const where = { repeaters, iteration: execution.iteration };
  const scope = jobScope(job, places, where, (name) => (envAllowed(name) ? environment[name] : undefined));
  return isUndo(execution) ? undoScope(scope, job, execution) : scope;
}

/** An undo sees under its task's name what that very execution brought, whatever others of the same name did after it. */
function undoScope(scope: Scope, { tasks }: Job, undo: ExecutionName): Scope {
  const undone = executionAt(tasks, { path: undonePathOf(undo), iteration: undo.iteration });
  if (undone === undefined) return scope;
  return {
    ...scope,
    response: (name) => (name === undone.name ? undone.result?.response : scope.response(name)),
  };
}
