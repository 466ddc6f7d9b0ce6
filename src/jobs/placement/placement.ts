import type { WorkerId } from "../../model/ids.ts";
import type { Job } from "../../model/job/job.ts";

/** As much of a new job as matters for where it goes. */
export type NewcomerJob = Pick<Job, "id" | "workflow" | "topic">;

/** Where a new job may go with its insert, so that no claim is written: a worker of this process, or one of the fleet. */
export interface Placement {
  /** Room for that job, held until one of the reservation's methods is called; undefined where no worker has any, or older jobs wait. */
  reserve(job: NewcomerJob): Reservation | undefined;
  /** Where room for that job can be expected within a moment: resolves when there is some, or the moment is over. Undefined where waiting is of no use. */
  roomSoon?(job: NewcomerJob): Promise<void> | undefined;
}

/** Exactly one of the methods is called, once. */
export interface Reservation {
  readonly worker: WorkerId;
  /** The insert carried the lease: run it. */
  take(job: Job): void;
  /** The insert did not carry the lease. */
  giveUp(): void;
  /** The insert failed: the store may hold a job of this worker that it does not know of. */
  doubt(error: unknown): void;
}
