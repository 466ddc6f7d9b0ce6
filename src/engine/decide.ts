import type { Decision } from "../model/decision.ts";
import type { Event, LeaseLost } from "../model/event.ts";
import type { Failure } from "../model/failure.ts";
import { isFinal, type Job } from "../model/job.ts";
import type { Moment } from "../model/moment.ts";
import type { TaskExecution } from "../model/task-execution.ts";
import { tasksOf, type Workflow } from "../model/workflow.ts";
import { attemptFinished } from "./attempt-finished.ts";
import { attemptStarted } from "./attempt-started.ts";
import { ignored } from "./ignored.ts";
import { finish, nextStep, unchanged } from "./next-step.ts";

/**
 * What must follow an event: the whole engine. Pure and synchronous; clock, chance and limits come in as values.
 * A repeated, stale or impossible event is ignored with the reason, so "load, decide, commit again" is always right.
 */
export function decide(model: Workflow, job: Job, event: Event, moment: Moment): Decision {
  switch (event.kind) {
    case "start":
      return start(model, job, moment);
    case "attempt_started":
      return attemptStarted(job, event, moment);
    case "attempt_finished":
      return attemptFinished(model, job, event, moment);
    case "timer_due":
      return timerDue(job, moment);
    case "cancel":
      if (isFinal(job.status)) return ignored("not_allowed_in_state");
      return finish(job, noStep, moment, "terminated", undefined, {
        by: event.by,
        ...(event.reason !== undefined && { reason: event.reason }),
      });
    case "lost":
      return lost(model, job, event, moment);
    case "commit_refused":
      if (isFinal(job.status)) return ignored("not_allowed_in_state");
      return finish(job, noStep, moment, "failed", { code: "commit_refused", message: event.reason });
    default:
      return event satisfies never;
  }
}

const noStep = { tasks: [], history: [] };

function start(model: Workflow, job: Job, moment: Moment): Decision {
  if (job.status !== "pending" || job.tasks.length > 0) return ignored("applied_before");
  const change = nextStep(
    model,
    job,
    { tasks: [], history: [{ at: moment.nowMs, type: "job_started", run: job.run }] },
    moment,
  );
  return model.timeoutMs === undefined ? change : { ...change, deadlineAt: moment.nowMs + model.timeoutMs };
}

function timerDue(job: Job, moment: Moment): Decision {
  if (isFinal(job.status)) return ignored("not_allowed_in_state");
  if (job.deadlineAt === undefined || moment.nowMs < job.deadlineAt) return ignored("not_due");
  return finish(job, noStep, moment, "timed_out", {
    code: "timed_out",
    message: "The job reached its overall time-out",
  });
}

/** A worker died with this job: repeated losses end it, and so does one in the middle of a task that may run at most once. */
function lost(model: Workflow, job: Job, event: LeaseLost, moment: Moment): Decision {
  if (job.lease?.fence !== event.fence) return ignored("stale_fence");
  if (job.lostRecorded >= event.lost || job.lost !== event.lost) return ignored("applied_before");
  const entry = { at: moment.nowMs, type: "worker_lost", run: job.run, fence: event.fence - 1 } as const;
  const step = { tasks: [], history: [entry], lostRecorded: event.lost };
  if (job.lost >= moment.limits.maxLost) {
    const error = {
      code: "worker_lost",
      message: `${job.lost} workers in a row were lost while they held this job (max_lost)`,
    };
    return finish(job, step, moment, "failed", error);
  }
  const failed = atMostOnce(model, job, moment);
  if (failed.length > 0) return nextStep(model, job, { ...step, tasks: failed }, moment);
  return { ...unchanged(job), lostRecorded: event.lost, history: [entry] };
}

function atMostOnce(model: Workflow, job: Job, moment: Moment): TaskExecution[] {
  const once = new Set([...tasksOf(model.root)].filter((node) => node.whenLost === "fail").map((node) => node.path));
  const error: Failure = {
    code: "worker_lost",
    message: "The worker was lost while the task ran, and the task may run at most once",
  };
  return job.tasks
    .filter((task) => task.status === "started" && once.has(task.path))
    .map(({ readyAt: _readyAt, ...task }) => ({ ...task, status: "failed", error, finishedAt: moment.nowMs }));
}
