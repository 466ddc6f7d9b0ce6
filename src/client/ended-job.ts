import type { Job, JobSummary } from "./api/job.ts";

/** How a job ended: the whole of it, or, where it is not there any more, what was known of it last. */
export type EndedJob = (Job & { readonly removed?: undefined }) | GoneJob;

/** A job that was removed: by its own end, where its workflow is `ephemeral`. */
export type GoneJob = Pick<JobSummary, "id" | "workflowName" | "status" | "state" | "error"> & {
  readonly removed: true;
  readonly inputParameters?: undefined;
  readonly results?: undefined;
  readonly tasks?: undefined;
};
