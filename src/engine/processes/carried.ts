import type { Decision } from "../../model/decision/decision.ts";
import { withTasks } from "../../model/job/executions.ts";
import type { Job } from "../../model/job/job.ts";
import { holdsGroup, withGroups } from "../process-groups.ts";

/**
 * What people change of a job, with the processes that attempts from before may have left: where their executions are begun anew or
 * forgotten, these must not be. One of the changed executions carries them: no worker that takes the job begins anything before all are gone.
 */
export function carried(job: Job, decision: Decision): Decision {
  if (decision.kind === "ignored") return decision;
  const { renewal, tasks } = decision;
  const after = renewal?.tasks === "replaced" ? tasks : withTasks(job.tasks, tasks);
  const forgotten = job.tasks
    .flatMap(({ processGroups }) => processGroups ?? [])
    .filter((group) => !after.some((task) => holdsGroup(task, group)));
  const [first, ...others] = tasks;
  if (first === undefined || forgotten.length === 0) return decision;
  return { ...decision, tasks: [withGroups(first, [...(first.processGroups ?? []), ...forgotten]), ...others] };
}
