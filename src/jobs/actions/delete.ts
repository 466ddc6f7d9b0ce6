import { WorkflowsError } from "../../model/errors.ts";
import type { JobId } from "../../model/ids.ts";
import { isFinal, type Job } from "../../model/job/job.ts";
import type { Deps } from "../deps.ts";
import { getJob } from "../find.ts";
import { notAllowed } from "./requested.ts";

/** Removes a job that has ended, with its history; its key stays taken for the rest of `idempotencyWindowMs`. Answers the job as it was. Throws job_not_found, not_allowed_in_state. */
export async function deleteJob(deps: Deps, id: JobId, idempotencyWindowMs: number): Promise<Job> {
  for (;;) {
    const job = await getJob(deps, id);
    if (job.readOnly === true || !isFinal(job.status)) throw notAllowed(job, "deleted");
    if (job.effects !== undefined)
      throw new WorkflowsError(
        "not_allowed_in_state",
        "Other jobs have not heard of the job's end yet: try again in a moment",
      );
    const ask = { id, expectedVersion: job.version, idempotencyWindowMs, nowMs: deps.moment().nowMs };
    if (await deps.store.housekeeping.remove(ask)) return job;
  }
}
