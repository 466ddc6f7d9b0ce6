import type { Decision } from "../model/decision/decision.ts";
import type { AttemptFinished } from "../model/decision/event.ts";
import type { Moment } from "../model/decision/moment.ts";
import type { HistoryEntry } from "../model/job/history.ts";
import type { Job } from "../model/job/job.ts";
import type { TaskExecution } from "../model/job/task-execution.ts";
import type { Workflow } from "../model/workflow.ts";
import { entryOf } from "./about-attempt.ts";
import { ignored } from "./ignored.ts";
import { unchanged } from "./step/step.ts";
import { attemptTold } from "./told/attempt-told.ts";

/** What comes after the end of the job, or of the task by people, is told in the history, once, and changes nothing else. */
export function lateResult(
  model: Workflow,
  job: Job,
  task: TaskExecution | undefined,
  event: AttemptFinished,
  moment: Moment,
): Decision {
  if (event.fence !== job.fence) return ignored("stale_fence");
  const { outcome } = event;
  const ended = task?.status === "cancelled" || task?.skippedBy !== undefined;
  if (task === undefined || !ended || task.attempt !== event.attempt || task.lateAt !== undefined)
    return ignored("applied_before");
  if (outcome.kind === "interrupted" || outcome.kind === "skipped") return ignored("not_allowed_in_state");
  const told = attemptTold(model, job, task, outcome.result, moment);
  const entry: HistoryEntry = {
    ...entryOf("late_result", job, task, event, moment),
    ...(outcome.kind === "failed" && { error: outcome.error }),
    reason: outcome.kind,
    ...told.entry,
  };
  return {
    ...unchanged(job),
    tasks: [{ ...task, lateAt: moment.nowMs }],
    history: [entry],
    ...(told.extras !== undefined && { extras: told.extras }),
  };
}
