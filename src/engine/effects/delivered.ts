import type { Decision } from "../../model/decision/decision.ts";
import type { EffectsDelivered } from "../../model/decision/event.ts";
import type { Moment } from "../../model/decision/moment.ts";
import type { HistoryEntry } from "../../model/job/history.ts";
import type { Job } from "../../model/job/job.ts";
import { ignored } from "../ignored.ts";
import { unchanged } from "../step/step.ts";

/**
 * What has been done for other jobs is owed no more, whatever the job's own status. The history tells what can never be done, and which job was started because this one failed:
 * nothing else leads from it to that one.
 */
export function effectsDelivered(job: Job, { ids, refused, unheard }: EffectsDelivered, moment: Moment): Decision {
  const owed = job.effects ?? [];
  const left = owed.filter(({ id }) => !ids.includes(id));
  if (left.length === owed.length) return ignored("applied_before");
  const history: HistoryEntry[] = refused
    .filter(({ id }) => owed.some((effect) => effect.id === id))
    .map(({ error }): HistoryEntry => ({ at: moment.nowMs, type: "start_refused", run: job.run, error }));
  for (const effect of owed) {
    if (effect.kind !== "start_job" || effect.afterFailures === undefined) continue;
    if (!ids.includes(effect.id) || refused.some(({ id }) => id === effect.id)) continue;
    const { job: started, workflow } = effect;
    history.push({ at: moment.nowMs, type: "failure_job_started", run: job.run, job: started, workflow });
  }
  const isUnheard = unheard === true && owed.some(({ kind, id }) => kind === "tell_parent" && ids.includes(id));
  // Kept for what is acknowledged later.
  const kept = isUnheard && job.ephemeral !== undefined && { extras: { unheard: true } };
  return { ...unchanged(job), effects: left, history, ...kept };
}
