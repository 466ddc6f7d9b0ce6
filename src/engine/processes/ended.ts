import type { Decision } from "../../model/decision/decision.ts";
import { executionKey, withTasks } from "../../model/job/executions.ts";
import type { Job } from "../../model/job/job.ts";
import type { ProcessGroup } from "../../model/job/process-group.ts";
import { ignored } from "../ignored.ts";
import { holdsGroup, withoutGroup } from "../process-groups.ts";
import { unchanged } from "../step/step.ts";

/** Processes of the job are gone. That is all: what follows for their task is decided by who holds the job. */
export function processGroupEnded(job: Job, group: ProcessGroup): Decision {
  return alsoEnded(job, group, ignored("applied_before"));
}

/** What was decided on the end of an attempt, with its processes gone too: also where the end itself does not count any more. */
export function alsoEnded(job: Job, group: ProcessGroup | undefined, decision: Decision): Decision {
  const holder = group === undefined ? undefined : job.tasks.find((task) => holdsGroup(task, group));
  if (group === undefined || holder === undefined) return decision;
  if (decision.kind === "ignored") return { ...unchanged(job), tasks: [withoutGroup(holder, group)] };
  const changed = decision.tasks.find((task) => executionKey(task) === executionKey(holder));
  return { ...decision, tasks: withTasks(decision.tasks, [withoutGroup(changed ?? holder, group)]) };
}
