import type { Change } from "../../model/decision/decision.ts";
import type { Event } from "../../model/decision/event.ts";
import type { Moment } from "../../model/decision/moment.ts";
import type { Job } from "../../model/job/job.ts";

/** A job that another started is started again when its answer is lost, however late that is tried: its id stays taken for so long after it is gone. */
export const owedIdKeptMs = 24 * 3_600_000;

/** Another job owed its start. */
export function isOwed({ parent, afterFailures }: Pick<Job, "parent" | "afterFailures">): boolean {
  return parent !== undefined || afterFailures !== undefined;
}

/**
 * The change, which also removes the job where it is ephemeral, has completed, and owes nothing to others: by its end, or once others have heard of that. What
 * its parent did not hear is kept: the parent may be retried, and ask again.
 */
export function withRemoval(job: Job, event: Event, change: Change, { nowMs }: Moment): Change {
  const { ephemeral, status, effects } = job;
  if (ephemeral === undefined || change.status !== "completed" || event.kind === "start") return change;
  if ((change.effects ?? effects ?? []).length > 0) return change;
  const endsBy = status !== "completed" || change.renewal !== undefined;
  const isHeard = event.kind === "effects_delivered" && (change.extras?.unheard ?? job.unheard) !== true;
  if (!endsBy && !isHeard) return change;
  const { keyUntil = 0 } = ephemeral;
  return {
    ...change,
    removal: isOwed(job) ? { ...ephemeral, keyUntil: Math.max(keyUntil, nowMs + owedIdKeptMs) } : ephemeral,
  };
}
