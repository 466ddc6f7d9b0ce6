import type { Decision } from "../model/decision/decision.ts";
import type { AttemptStarted } from "../model/decision/event.ts";
import type { Moment } from "../model/decision/moment.ts";
import { isFinal, type Job } from "../model/job/job.ts";
import type { TaskExecution } from "../model/job/task-execution.ts";
import { aboutTask, executionOf } from "./about-attempt.ts";
import { ignored } from "./ignored.ts";
import { holdsGroup } from "./process-groups.ts";
import { unchanged } from "./step/step.ts";

/** A task that may run at most once, or starts processes: noted before anything is done that counts. */
export function attemptStarted(job: Job, event: AttemptStarted, moment: Moment): Decision {
  if (isFinal(job.status) || job.status === "paused") return ignored("not_allowed_in_state");
  if (job.lease?.fence !== event.fence) return ignored("stale_fence");
  const task = executionOf(job, event);
  if (task === undefined || task.attempt !== event.attempt || !isNews(task, event)) return ignored("applied_before");
  const entry = {
    at: moment.nowMs,
    type: "attempt_started",
    run: job.run,
    ...aboutTask(task),
    worker: event.worker,
    fence: event.fence,
  } as const;
  const { readyAt: _readyAt, ...kept } = task;
  const { group } = event;
  const groups = group === undefined ? {} : { processGroups: [...(task.processGroups ?? []), group] };
  return {
    ...unchanged(job),
    status: "running",
    startedAt: job.startedAt ?? moment.nowMs,
    tasks: [{ ...kept, ...groups, status: "started", startedUnder: event.fence }],
    history: task.status === "scheduled" ? [entry] : [],
  };
}

/** One that was noted already may have processes to tell of since. */
function isNews(task: TaskExecution, { fence, group }: AttemptStarted): boolean {
  if (task.status !== "started") return task.status === "scheduled";
  return task.startedUnder === fence && group !== undefined && !holdsGroup(task, group);
}
