import type { WorkerId } from "../model/ids.ts";
import type { Job } from "../model/job/job.ts";

/** A worker in the same process: a start may hand it the job with the insert, so that no claim is written. */
export interface LocalWorker {
  /** A free slot, held until one of the reservation's methods is called; undefined when the worker is full, stopping, or knows of other jobs that wait. */
  reserve(): Reservation | undefined;
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
