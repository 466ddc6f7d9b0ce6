import type { LostBy } from "./extras.ts";
import type { Job } from "./job.ts";

/** Whether a worker was lost with the job of which its history does not tell yet. */
export function hasUntoldLoss(job: Job): boolean {
  return job.lost > job.lostRecorded || uncountedLoss(job) !== undefined;
}

/** One that does not count, as the job most likely never reached the worker. If it did, its calls are made twice because of it: so it is told all the same. */
export function uncountedLoss({ lostBy }: Job): LostBy | undefined {
  return lostBy?.lost === 0 && lostBy.told !== true ? lostBy : undefined;
}
