import type { Job } from "../model/job/job.ts";
import type { TaskExecution } from "../model/job/task-execution.ts";
import { placesOf } from "../model/tree/places.ts";
import type { Workflow } from "../model/workflow.ts";
import { jobScope } from "../template/job-scope.ts";
import type { Scope } from "../template/template.ts";

/** What templates of a task see when it is executed: the job at its place in the tree, and allowed environment variables as they are now. */
export function scopeOf(
  { root }: Pick<Workflow, "root">,
  job: Job,
  { path, iteration }: Pick<TaskExecution, "path" | "iteration">,
  envAllowed: (name: string) => boolean,
  environment: Readonly<Record<string, string | undefined>>,
): Scope {
  const places = placesOf(root);
  const repeaters = places.get(path)?.repeaters ?? [];
  return jobScope(job, places, { repeaters, iteration }, (name) => (envAllowed(name) ? environment[name] : undefined));
}
