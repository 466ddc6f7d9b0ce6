import type { JobId } from "../../model/ids.ts";
import type { Job } from "../../model/job/job.ts";
import { applyEvent } from "../apply.ts";
import type { Deps } from "../deps.ts";
import { type Ask, changed } from "./requested.ts";

/** Ends a job that is not final, at once; a running attempt is aborted. Throws job_not_found, not_allowed_in_state. */
export async function cancelJob(deps: Deps, id: JobId, ask: Ask): Promise<Job> {
  const job = changed(await applyEvent(deps, id, { kind: "cancel", ...ask }), "cancelled");
  deps.notifier.publish({ kind: "revoked", jobId: id });
  return job;
}
