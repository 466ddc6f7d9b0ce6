import { type Job, type JobStatus, visibleStatus } from "../../../model/job/job.ts";
import type { WaitingReason } from "../../../model/search/waiting.ts";
import type { JobDocument } from "../documents/stored-job.ts";

/** Under what a job is counted. */
export interface Standing {
  readonly workflow: string;
  /** As lists show it. */
  readonly status: JobStatus;
  /** Absent where a worker has it, or it has ended. */
  readonly waiting?: WaitingReason;
}

/** What decides about the standing of a stored job. */
export type StandingFields = Pick<JobDocument, "workflow" | "shown" | "queue" | "waiting">;

/** The same as a projection. */
export const standingFields = { workflow: 1, shown: 1, queue: 1, waiting: 1 } as const;

export function standingOf({ workflow, shown, queue, waiting }: StandingFields): Standing {
  return { workflow, status: shown, ...(queue !== undefined && waiting !== undefined && { waiting }) };
}

/** Of a job as it was read or decided. */
export function standingOfJob(job: Pick<Job, "workflow" | "status" | "lease" | "readyAt" | "waiting">): Standing {
  const { workflow, lease, readyAt, waiting } = job;
  const waits = lease === undefined && readyAt !== undefined && waiting !== undefined;
  return { workflow: workflow.name, status: visibleStatus(job), ...(waits && { waiting }) };
}

/** The name comes last, as it alone may hold spaces. On the way of every job, so it is no JSON. */
export function keyOf({ workflow, status, waiting }: Standing): string {
  return `${status} ${waiting ?? ""} ${workflow}`;
}
