import type { Change } from "../../model/decision/decision.ts";
import type { Moment } from "../../model/decision/moment.ts";
import { never } from "../../model/job/job.ts";
import { isOpen, type TaskExecution } from "../../model/job/task-execution.ts";

/** For delays under this the lease is kept: giving a job back and claiming it again would cost more than the wait. */
const keepLeaseUnderMs = 1000;

/** What becomes of the lease of a job of which nothing is to be done before that time. */
export function leaseUntil(readyAt: number, moment: Moment): Change["lease"] {
  return readyAt - moment.nowMs < keepLeaseUnderMs ? "keep" : "release";
}

/** When the first of the open tasks is due: now where one runs or may, `never` where all wait for events. */
export function earliestDue(tasks: readonly TaskExecution[], moment: Moment): number {
  let earliest = never;
  for (const task of tasks) {
    if (!isOpen(task)) continue;
    earliest = Math.min(earliest, task.readyAt ?? (task.status === "awaiting" ? never : moment.nowMs));
  }
  return earliest;
}
