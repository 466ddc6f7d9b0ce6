import type { Change } from "../decision/decision.ts";
import type { Job } from "./job.ts";
import type { TaskExecution } from "./task-execution.ts";

/** The job after a change, as the store has it once the change is committed as `version`. */
export function evolve(job: Job, change: Change, version: number): Job {
  const {
    error: _error,
    readyAt: _readyAt,
    deadlineAt: _deadlineAt,
    startedAt: _startedAt,
    finishedAt: _finishedAt,
    lease,
    ...kept
  } = job;
  const { renewal } = change;
  return {
    ...kept,
    status: change.status,
    ...(renewal !== undefined && { fence: renewal.fence, run: renewal.run, workflow: renewal.workflow }),
    tasks: renewal?.tasks === "replaced" ? change.tasks : withTasks(job.tasks, change.tasks),
    lost: change.lost,
    lostRecorded: change.lostRecorded,
    bytes: change.bytes,
    version,
    ...(change.error !== undefined && { error: change.error }),
    ...(change.readyAt !== undefined && { readyAt: change.readyAt }),
    ...(change.deadlineAt !== undefined && { deadlineAt: change.deadlineAt }),
    ...(change.startedAt !== undefined && { startedAt: change.startedAt }),
    ...(change.finishedAt !== undefined && { finishedAt: change.finishedAt }),
    ...(change.lease === "keep" && lease !== undefined && { lease }),
  };
}

/** The executions with changed ones replaced and new ones added. */
export function withTasks(
  tasks: readonly TaskExecution[],
  changed: readonly TaskExecution[],
): readonly TaskExecution[] {
  if (changed.length === 0) return tasks;
  if (tasks.length === 0) return changed;
  const byKey = new Map(tasks.map((task) => [executionKey(task), task]));
  for (const task of changed) byKey.set(executionKey(task), task);
  return [...byKey.values()];
}

/** Identity of a task execution within one run of a job. */
export function executionKey(task: Pick<TaskExecution, "path" | "iteration">): string {
  return `${task.path}#${task.iteration}`;
}
