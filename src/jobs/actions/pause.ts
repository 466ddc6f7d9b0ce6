import type { JobId } from "../../model/ids.ts";
import type { Job } from "../../model/job/job.ts";
import { applyEvent } from "../apply.ts";
import type { Deps } from "../deps.ts";
import { type Ask, changed } from "./requested.ts";

/** Lets nothing new of a job begin; attempts that run may end. Throws job_not_found, not_allowed_in_state. */
export async function pauseJob(deps: Deps, id: JobId, ask: Ask): Promise<Job> {
  const job = changed(await applyEvent(deps, id, { kind: "pause", ...ask }), "paused");
  if (job.lease !== undefined) deps.notifier.publish({ kind: "revoked", jobId: id });
  return job;
}
