import type { Decision } from "../../model/decision/decision.ts";
import type { EffectsDelivered } from "../../model/decision/event.ts";
import type { Moment } from "../../model/decision/moment.ts";
import type { HistoryEntry } from "../../model/job/history.ts";
import type { Job } from "../../model/job/job.ts";
import { ignored } from "../ignored.ts";
import { unchanged } from "../next-step.ts";

/** What has been done for other jobs is owed no more, whatever the job's own status; what can never be done is told in the history. */
export function effectsDelivered(job: Job, { ids, refused }: EffectsDelivered, moment: Moment): Decision {
  const owed = job.effects ?? [];
  const left = owed.filter(({ id }) => !ids.includes(id));
  if (left.length === owed.length) return ignored("applied_before");
  const history = refused
    .filter(({ id }) => owed.some((effect) => effect.id === id))
    .map(({ error }): HistoryEntry => ({ at: moment.nowMs, type: "start_refused", run: job.run, error }));
  return { ...unchanged(job), effects: left, history };
}
