import { WorkflowsError } from "../model/errors.ts";
import type { JobId } from "../model/ids.ts";
import type { Job } from "../model/job/job.ts";
import { applyEvent } from "./apply.ts";
import type { Deps } from "./deps.ts";
import { jobNotFound } from "./find.ts";

export interface CancelAsk {
  /** Name of the token, or `anonymous`. */
  readonly by: string;
  readonly reason?: string;
}

function reason(job: Job): string {
  return job.readOnly === true ? "belongs to another program" : `is ${job.status}`;
}

/** Ends a job that is not final, at once; a running attempt is aborted. Throws job_not_found, not_allowed_in_state. */
export async function cancelJob(deps: Deps, id: JobId, ask: CancelAsk): Promise<Job> {
  const applied = await applyEvent(deps, id, { kind: "cancel", ...ask });
  switch (applied.kind) {
    case "gone":
      throw jobNotFound();
    case "ignored":
      throw new WorkflowsError("not_allowed_in_state", `The job ${reason(applied.job)} and cannot be cancelled`);
    case "committed":
      deps.notifier.publish({ kind: "revoked", jobId: id });
      return applied.job;
    default:
      return applied satisfies never;
  }
}
