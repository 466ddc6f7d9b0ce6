import type { Decision } from "../../model/decision/decision.ts";
import type { ProcessGroupUnknown } from "../../model/decision/event.ts";
import type { Moment } from "../../model/decision/moment.ts";
import type { Failure } from "../../model/job/failure.ts";
import { isFinal, type Job } from "../../model/job/job.ts";
import { isOpen, type TaskExecution } from "../../model/job/task-execution.ts";
import type { Workflow } from "../../model/workflow.ts";
import { aboutTask } from "../about-attempt.ts";
import { ignored } from "../ignored.ts";
import { holdsGroup, withoutGroup } from "../process-groups.ts";
import { nextStep } from "../step/next-step.ts";
import { unchanged } from "../step/step.ts";

export const mayLive: Failure = {
  code: "worker_lost",
  message:
    "The worker was lost while a command ran, and nobody can tell whether the command still runs: retry the job once you know that it does not",
};

/** Processes may live where nobody here can see them: their task fails rather than run beside them. Who retries it knows better. */
export function processGroupUnknown(
  model: Workflow,
  job: Job,
  { fence, group }: ProcessGroupUnknown,
  moment: Moment,
): Decision {
  if (isFinal(job.status)) return ignored("not_allowed_in_state");
  if (job.lease?.fence !== fence) return ignored("stale_fence");
  const holder = job.tasks.find((task) => holdsGroup(task, group));
  if (holder === undefined) return ignored("applied_before");
  const forgotten = withoutGroup(holder, group);
  if (!isOpen(holder)) return { ...unchanged(job), tasks: [forgotten] };
  const { readyAt: _readyAt, startedUnder: _startedUnder, ...kept } = forgotten;
  const failed: TaskExecution = { ...kept, status: "failed", error: mayLive, finishedAt: moment.nowMs };
  const entry = {
    at: moment.nowMs,
    type: "task_failed",
    run: job.run,
    ...aboutTask(failed),
    fence,
    error: mayLive,
  } as const;
  return nextStep(model, job, { tasks: [failed], history: [entry] }, moment);
}
