import { setTimeout as delay } from "node:timers/promises";
import { type Applied, applyEvents } from "../../jobs/apply.ts";
import { failureFor, isOfIncomplete } from "../../jobs/can-only-end.ts";
import type { Deps } from "../../jobs/deps.ts";
import type { Event } from "../../model/decision/event.ts";
import { Overloaded, StoreUnavailable } from "../../model/errors.ts";
import { JobTooNew } from "../../model/job/format.ts";
import type { Job } from "../../model/job/job.ts";
import type { Log } from "../../model/log.ts";
import type { Workflow } from "../../model/workflow.ts";

/**
 * Applies a worker's events to its copy of a job: what cannot be decided fails the job, what the store cannot take now is tried again. Throws the
 * store's failure, job_too_new, and the bug that the job could not even be failed with.
 */
export async function untilApplied(
  { deps, log }: { readonly deps: Deps; readonly log: Log },
  model: Workflow,
  job: Job,
  events: readonly Event[],
): Promise<Applied> {
  let pending = events;
  for (;;) {
    try {
      return await applyEvents(deps, model, job, pending);
    } catch (error) {
      if (error instanceof Overloaded) {
        await delay(error.retryAfterMs ?? 1000);
        continue;
      }
      if (
        error instanceof StoreUnavailable ||
        error instanceof JobTooNew ||
        pending.some((event) => event.kind === "defect")
      )
        throw error;
      log.error({ job: job.id, err: error }, "a job could not be continued");
      const what = isOfIncomplete(error) ? "The job could not be continued" : "The worker met a bug in itself";
      pending = [{ kind: "defect", fence: job.fence, error: failureFor(what, error) }];
    }
  }
}
