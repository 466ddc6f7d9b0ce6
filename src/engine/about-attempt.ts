import type { AttemptFinished } from "../model/decision/event.ts";
import type { Moment } from "../model/decision/moment.ts";
import { type ExecutionName, executionAt } from "../model/job/executions.ts";
import type { HistoryEntry } from "../model/job/history.ts";
import type { Job } from "../model/job/job.ts";
import type { TaskExecution } from "../model/job/task-execution.ts";

/** The task execution that an event is about. */
export function executionOf(job: Job, event: ExecutionName): TaskExecution | undefined {
  return executionAt(job.tasks, event);
}

/** What the history says of an attempt that ended. */
export function entryOf(
  type: HistoryEntry["type"],
  job: Job,
  task: TaskExecution,
  event: AttemptFinished,
  moment: Moment,
): HistoryEntry {
  const { worker, fence, startedAt, durationMs } = event;
  return { at: moment.nowMs, type, run: job.run, ...aboutTask(task), worker, fence, startedAt, durationMs };
}

/** How the history names a task execution. */
export function aboutTask({
  name,
  path,
  iteration,
  attempt,
}: TaskExecution): Required<Pick<HistoryEntry, "task" | "path" | "attempt">> & Pick<HistoryEntry, "iteration"> {
  return { task: name, path, ...(iteration > 0 && { iteration }), attempt };
}
