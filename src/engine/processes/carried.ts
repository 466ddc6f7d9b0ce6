import type { Decision } from "../../model/decision/decision.ts";
import { executionKey } from "../../model/job/executions.ts";
import type { Job } from "../../model/job/job.ts";
import { withGroups } from "./groups.ts";

/**
 * A job that is begun anew, with the processes that attempts from before may have left: without their executions they would be
 * forgotten. One execution carries them all: no attempt of the job begins before all are gone.
 */
export function carried(job: Job, decision: Decision): Decision {
  if (decision.kind === "ignored") return decision;
  const { renewal, tasks } = decision;
  const keys = new Set(tasks.map(executionKey));
  const left = job.tasks
    .filter((task) => renewal?.tasks === "replaced" || keys.has(executionKey(task)))
    .flatMap((task) => task.processGroups ?? []);
  const [first, ...others] = tasks;
  if (first === undefined || left.length === 0) return decision;
  return { ...decision, tasks: [withGroups(first, left), ...others] };
}
