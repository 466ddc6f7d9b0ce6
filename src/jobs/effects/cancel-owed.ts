import type { CancelJob } from "../../model/job/outward/effect.ts";
import { tellWorkers } from "../actions/requested.ts";
import { applyEvent } from "../apply.ts";
import type { Deps } from "../deps.ts";

/** Ends the job, if it has not ended: as people cancel one, and its worker hears of it as then. */
export async function cancelOwed(deps: Deps, { job: jobId, by, reason, call }: CancelJob): Promise<void> {
  const asked = { by, ...(reason !== undefined && { reason }), ...(call !== undefined && { call }) };
  const applied = await applyEvent(deps, jobId, { kind: "cancel", ...asked });
  if (applied.kind === "committed") tellWorkers(deps, applied.job);
}
