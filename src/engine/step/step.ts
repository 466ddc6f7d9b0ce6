import type { Change } from "../../model/decision/decision.ts";
import type { JobExtras } from "../../model/job/extras.ts";
import type { HistoryEntry } from "../../model/job/history.ts";
import type { Job } from "../../model/job/job.ts";
import type { TaskExecution } from "../../model/job/task-execution.ts";

/** What an event did to a job before the tree is asked what follows. */
export interface Step {
  readonly tasks: readonly TaskExecution[];
  readonly history: readonly HistoryEntry[];
  readonly startedAt?: number;
  readonly lost?: number;
  readonly lostRecorded?: number;
  readonly bytes?: number;
  readonly lease?: "release";
  readonly extras?: JobExtras;
}

/** The change that changes nothing. */
export function unchanged(job: Job): Change {
  return {
    kind: "change",
    jobId: job.id,
    status: job.status,
    tasks: [],
    lost: job.lost,
    lostRecorded: job.lostRecorded,
    bytes: job.bytes,
    lease: "keep",
    history: [],
    ...(job.error !== undefined && { error: job.error }),
    ...(job.readyAt !== undefined && { readyAt: job.readyAt }),
    ...(job.deadlineAt !== undefined && { deadlineAt: job.deadlineAt }),
    ...(job.startedAt !== undefined && { startedAt: job.startedAt }),
    ...(job.finishedAt !== undefined && { finishedAt: job.finishedAt }),
  };
}

type StepFields = Pick<Change, "status" | "lost" | "lostRecorded" | "bytes" | "startedAt" | "extras">;

/** What the step says of the job as a whole. */
export function stepFields(job: Job, step: Step): StepFields {
  const startedAt = job.startedAt ?? step.startedAt;
  return {
    status: step.startedAt !== undefined && job.status === "pending" ? "running" : job.status,
    lost: step.lost ?? job.lost,
    lostRecorded: step.lostRecorded ?? job.lostRecorded,
    bytes: step.bytes ?? job.bytes,
    ...(step.extras !== undefined && { extras: step.extras }),
    ...(startedAt !== undefined && { startedAt }),
  };
}
