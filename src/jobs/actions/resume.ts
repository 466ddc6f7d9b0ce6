import type { JobId } from "../../model/ids.ts";
import type { Job } from "../../model/job/job.ts";
import { applyEvent } from "../apply.ts";
import type { Deps } from "../deps.ts";
import { type Ask, changed } from "./requested.ts";

/** Lets a paused job go on. Throws job_not_found, not_allowed_in_state. */
export async function resumeJob(deps: Deps, id: JobId, ask: Ask): Promise<Job> {
  const job = changed(await applyEvent(deps, id, { kind: "resume", ...ask }), "resumed");
  // A worker in which an attempt runs still has it, and goes on with it; else anyone may.
  deps.notifier.publish(job.lease === undefined ? { kind: "ready" } : { kind: "revoked", jobId: id });
  return job;
}
