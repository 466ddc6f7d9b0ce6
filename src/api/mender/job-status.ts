import { type JobStatus, jobStatuses } from "../../model/job/job.ts";

/** What the Mender API tells of a job's state. */
export type MenderStatus = "pending" | "processing" | "done" | "failed";

export const menderStatuses = ["pending", "processing", "done", "failed"] as const satisfies readonly MenderStatus[];

export function menderStatus(status: JobStatus): MenderStatus {
  switch (status) {
    case "pending":
      return "pending";
    case "running":
    case "paused":
      return "processing";
    case "completed":
      return "done";
    case "failed":
    case "timed_out":
    case "terminated":
      return "failed";
    default:
      return status satisfies never;
  }
}

/** The states that a name stands for: a Mender status for all that it shows, a state for itself. Empty for any other name. */
export function statesNamed(name: string): JobStatus[] {
  const shownSo = jobStatuses.filter((status) => menderStatus(status) === name);
  return shownSo.length > 0 ? shownSo : jobStatuses.filter((status) => status === name);
}
