import type { Decision } from "../../model/decision/decision.ts";
import type { ExternalHeartbeat, ExternalPolled } from "../../model/decision/event.ts";
import type { Moment } from "../../model/decision/moment.ts";
import { taskDeadline } from "../../model/job/deadlines.ts";
import { isFinal, type Job } from "../../model/job/job.ts";
import type { External, TaskExecution } from "../../model/job/task-execution.ts";
import { placesOf } from "../../model/tree/places.ts";
import type { Workflow } from "../../model/workflow.ts";
import { aboutTask, executionOf } from "../about-attempt.ts";
import { ignored } from "../ignored.ts";
import { nextStep } from "../step/next-step.ts";
import { lostLease } from "./ending.ts";

/** A worker from outside takes what is offered. What another one has been silent about for its whole lease is lost to that one first. */
export function externalPolled(model: Workflow, job: Job, event: ExternalPolled, moment: Moment): Decision {
  if (isFinal(job.status) || job.status === "paused") return ignored("not_allowed_in_state");
  const task = executionOf(job, event);
  if (task?.external === undefined || task.status !== "awaiting") return ignored("not_offered");
  const { lease, availableAt } = task.external;
  if (lease !== undefined) {
    if (lease.token === event.token) return ignored("applied_before");
    return moment.nowMs < lease.until ? ignored("not_offered") : lostLease(model, job, [task], moment);
  }
  if (moment.nowMs < availableAt) return ignored("not_offered");
  const { token, worker, leaseMs } = event;
  const taken = leased(model, task, task.external, { token, worker, until: moment.nowMs + leaseMs });
  const entry = { at: moment.nowMs, type: "attempt_started", run: job.run, ...aboutTask(task), by: worker } as const;
  return nextStep(model, job, { tasks: [taken], history: [entry], startedAt: moment.nowMs }, moment);
}

/** The lease of the worker that has it is lengthened, also where it is over and nobody has noticed. */
export function externalHeartbeat(model: Workflow, job: Job, event: ExternalHeartbeat, moment: Moment): Decision {
  if (isFinal(job.status)) return ignored("not_allowed_in_state");
  const task = executionOf(job, event);
  const lease = task?.status === "awaiting" ? task.external?.lease : undefined;
  if (task?.external === undefined || lease?.token !== event.token) return ignored("lease_lost");
  const until = Math.max(lease.until, moment.nowMs + event.leaseMs);
  const beating = leased(model, task, task.external, { ...lease, until });
  return nextStep(model, job, { tasks: [beating], history: [] }, moment);
}

/** Somebody has to look at the job when the lease ends, or the task's time. */
function leased(
  model: Workflow,
  task: TaskExecution,
  external: External,
  lease: NonNullable<External["lease"]>,
): TaskExecution {
  const deadline = taskDeadline(placesOf(model.root), task) ?? Number.POSITIVE_INFINITY;
  return { ...task, readyAt: Math.min(lease.until, deadline), external: { ...external, lease } };
}
