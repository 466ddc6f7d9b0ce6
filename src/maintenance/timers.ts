import { tellWorkers } from "../jobs/actions/requested.ts";
import { applyEvent } from "../jobs/apply.ts";
import type { Deps } from "../jobs/deps.ts";
import { orFail } from "../jobs/fail-broken.ts";
import type { JobId } from "../model/ids.ts";
import type { Log } from "../model/log.ts";

const batch = 100;

/** Ends jobs whose overall time-out has come, whoever holds them. Answers how many. */
export async function endOverdueJobs(deps: Deps, log: Log): Promise<number> {
  let ended = 0;
  for (;;) {
    const ids = await deps.store.jobs.overdue(deps.moment().nowMs, batch);
    const outcomes = await Promise.all(ids.map((id) => endIfOverdue(deps, id, log)));
    const now = outcomes.filter(Boolean).length;
    ended += now;
    if (now < batch) return ended; // no more, or some that cannot be ended
  }
}

async function endIfOverdue(deps: Deps, id: JobId, log: Log): Promise<boolean> {
  const applied = await orFail(deps, log, id, () => applyEvent(deps, id, { kind: "timer_due" }));
  if (applied?.kind !== "committed") return false;
  tellWorkers(deps, applied.job);
  return true;
}
