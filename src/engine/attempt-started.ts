import type { Decision } from "../model/decision/decision.ts";
import type { AttemptStarted } from "../model/decision/event.ts";
import type { Moment } from "../model/decision/moment.ts";
import { isFinal, type Job } from "../model/job/job.ts";
import { aboutTask, executionOf } from "./about-attempt.ts";
import { ignored } from "./ignored.ts";
import { unchanged } from "./next-step.ts";

/** A task that may run at most once: noted before its call. */
export function attemptStarted(job: Job, event: AttemptStarted, moment: Moment): Decision {
  if (isFinal(job.status) || job.status === "paused") return ignored("not_allowed_in_state");
  if (job.lease?.fence !== event.fence) return ignored("stale_fence");
  const task = executionOf(job, event);
  if (task === undefined || task.status !== "scheduled" || task.attempt !== event.attempt)
    return ignored("applied_before");
  const entry = {
    at: moment.nowMs,
    type: "attempt_started",
    run: job.run,
    ...aboutTask(task),
    worker: event.worker,
    fence: event.fence,
  } as const;
  const { readyAt: _readyAt, ...kept } = task;
  return {
    ...unchanged(job),
    status: "running",
    startedAt: job.startedAt ?? moment.nowMs,
    tasks: [{ ...kept, status: "started", startedUnder: event.fence }],
    history: [entry],
  };
}
