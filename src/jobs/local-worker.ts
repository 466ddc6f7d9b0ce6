import type { WorkerId } from "../model/ids.ts";
import type { Job } from "../model/job.ts";

/** A worker in the same process: a start may hand it the job with the insert, so that no claim is written. */
export interface LocalWorker {
  /** A free slot, held until `take` or `giveUp`; undefined when the worker is full, stopping, or knows of other jobs that wait. */
  reserve(): Reservation | undefined;
}

export interface Reservation {
  readonly worker: WorkerId;
  /** The insert carried the lease: run it. */
  take(job: Job): void;
  giveUp(): void;
}
