import type { JobId } from "../../model/ids.ts";
import type { Job } from "../../model/job/job.ts";
import { applyEvent } from "../apply.ts";
import type { Deps } from "../deps.ts";
import { type Ask, changed, tellWorkers } from "./requested.ts";

export interface CancelAsk extends Ask {
  /** `false`: nothing is undone, or nothing more. */
  readonly undo?: boolean;
}

/** Ends a job that is not final, at once or, where its definition has finished tasks undone, after that; a running attempt is aborted. Throws job_not_found, not_allowed_in_state. */
export async function cancelJob(deps: Deps, id: JobId, { undo, ...ask }: CancelAsk): Promise<Job> {
  const event = { kind: "cancel", ...ask, ...(undo === false && { undo }) } as const;
  const job = changed(await applyEvent(deps, id, event), "cancelled");
  tellWorkers(deps, job);
  return job;
}
