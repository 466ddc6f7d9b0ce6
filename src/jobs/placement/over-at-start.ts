import { isOwed, owedIdKeptMs } from "../../engine/effects/removal.ts";
import type { Job } from "../../model/job/job.ts";
import type { Deps } from "../deps.ts";

/** Removes an ephemeral job whose end was decided with its start. Never rejects: what cannot be removed now is stored, and goes by retention. */
export async function removeIfOver(deps: Deps, job: Job): Promise<void> {
  const { id, version: expectedVersion, ephemeral, status, effects } = job;
  if (ephemeral === undefined || status !== "completed" || effects !== undefined) return;
  const windowMs = deps.ephemeral.idempotencyWindowMs;
  const idempotencyWindowMs = isOwed(job) ? Math.max(windowMs, owedIdKeptMs) : windowMs;
  const ask = { id, expectedVersion, idempotencyWindowMs, nowMs: deps.moment().nowMs };
  await deps.store.housekeeping.remove(ask).catch(() => false);
}
