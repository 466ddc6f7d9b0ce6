import { randomUUID } from "node:crypto";
import { WorkflowsError } from "../../model/errors.ts";
import type { JobId } from "../../model/ids.ts";
import type { Job } from "../../model/job/job.ts";
import type { JsonValue } from "../../model/json.ts";
import { applyEvent } from "../apply.ts";
import type { Deps } from "../deps.ts";
import { jobNotFound } from "../find.ts";
import { notAllowed } from "./requested.ts";

/** Something that a job may wait for has happened. */
export interface Happening {
  /** As the definition names it. */
  readonly event: string;
  readonly data: JsonValue;
  /** The same key again is the same happening, and ends no second wait. */
  readonly idempotencyKey?: string;
  /** Name of the token, or `anonymous`. */
  readonly by: string;
}

export interface Told {
  readonly job: Job;
  /** This happening was told before. */
  readonly replayed: boolean;
}

/**
 * Tells a job of an event from outside: the wait for it is over, now or when the job gets there.
 * Throws job_not_found, not_allowed_in_state, not_awaited, input_too_large.
 */
export async function tellJob(deps: Deps, id: JobId, { event, data, idempotencyKey, by }: Happening): Promise<Told> {
  const applied = await applyEvent(deps, id, { kind: "signal", event, data, id: idempotencyKey ?? randomUUID(), by });
  if (applied.kind === "gone") throw jobNotFound(id);
  const { job } = applied;
  if (applied.kind === "committed") {
    deps.notifier.publish(job.lease === undefined ? { kind: "ready" } : { kind: "revoked", jobId: id });
    return { job, replayed: false };
  }
  switch (applied.reason) {
    case "applied_before":
      return { job, replayed: true };
    case "not_awaited":
      throw new WorkflowsError("not_awaited", `The job does not wait for ${JSON.stringify(event)}`);
    case "too_large":
      throw new WorkflowsError(
        "input_too_large",
        "The data is larger than what the job may still keep (max_result_bytes, max_job_bytes)",
      );
    default:
      throw notAllowed(job, "told of events");
  }
}
