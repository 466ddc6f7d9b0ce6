import { applyEvent } from "../jobs/apply.ts";
import type { Deps } from "../jobs/deps.ts";

const batch = 100;

/** Ends jobs whose overall time-out has come, whoever holds them. Answers how many. */
export async function endOverdueJobs(deps: Deps): Promise<number> {
  let ended = 0;
  for (const id of await deps.store.jobs.overdue(deps.moment().nowMs, batch)) {
    const applied = await applyEvent(deps, id, { kind: "timer_due" });
    if (applied.kind !== "committed") continue;
    deps.notifier.publish({ kind: "revoked", jobId: id });
    ended += 1;
  }
  return ended;
}
