import type { Change } from "../decision/decision.ts";
import { topicFor } from "../takes.ts";
import { withTasks } from "./executions.ts";
import type { Job } from "./job.ts";

/** The job after a change, as the store has it once the change is committed as `version`. */
export function evolve(job: Job, change: Change, version: number): Job {
  const {
    error: _error,
    readyAt: _readyAt,
    deadlineAt: _deadlineAt,
    startedAt: _startedAt,
    finishedAt: _finishedAt,
    effects,
    topic,
    lease,
    labels: earlierLabels,
    waiting: _waiting,
    ...kept
  } = job;
  const { renewal, extras } = change;
  const owed = change.effects ?? effects ?? [];
  const labels = change.labels ?? earlierLabels ?? [];
  return {
    ...kept,
    status: change.status,
    ...(renewal !== undefined && { fence: renewal.fence, run: renewal.run, workflow: renewal.workflow }),
    ...(renewal?.format !== undefined && { format: renewal.format }),
    ...(renewal?.topic === undefined ? topic !== undefined && { topic } : topicFor({ topic: renewal.topic })),
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
    ...(owed.length > 0 && { effects: owed }),
    ...(labels.length > 0 && { labels }),
    ...(change.waiting !== undefined && { waiting: change.waiting }),
    ...extras,
    ...(change.lease === "keep" && lease !== undefined && { lease }),
  };
}
