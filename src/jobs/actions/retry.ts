import type { JobId } from "../../model/ids.ts";
import type { Job } from "../../model/job/job.ts";
import { applyEvent } from "../apply.ts";
import type { Deps } from "../deps.ts";
import { type Ask, changed } from "./requested.ts";

/** Lets a job that failed, timed out or was cancelled go on from where it did not succeed. Throws job_not_found, not_allowed_in_state. */
export async function retryJob(deps: Deps, id: JobId, ask: Ask): Promise<Job> {
  const job = changed(await applyEvent(deps, id, { kind: "retry", ...ask }), "retried");
  deps.notifier.publish({ kind: "ready" });
  return job;
}
