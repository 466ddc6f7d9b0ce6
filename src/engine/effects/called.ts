import type { Decision } from "../../model/decision/decision.ts";
import type { CalledAgain } from "../../model/decision/event.ts";
import type { Moment } from "../../model/decision/moment.ts";
import { endingOf } from "../../model/job/extras.ts";
import type { HistoryEntry } from "../../model/job/history.ts";
import { isFinal, type Job } from "../../model/job/job.ts";
import type { Workflow } from "../../model/workflow.ts";
import { retry } from "../actions/retry.ts";
import { ignored } from "../ignored.ts";
import { unchanged } from "../step/step.ts";

/** The newest call of its parent that a job knows; undefined where it has no parent. */
export function callOf({ parent, call }: Pick<Job, "parent" | "call">): number | undefined {
  return call ?? parent?.call;
}

/** A child is called once more: where it failed it goes on from there, where it runs its end answers this call; one that completed has its result. */
export function called(model: Workflow, job: Job, event: CalledAgain, moment: Moment): Decision {
  const known = callOf(job);
  if (known === undefined || event.call < known) return ignored("stale_call");
  if (event.call === known) return ignored("applied_before");
  if (job.status === "completed") return ignored("not_allowed_in_state");
  if (!isFinal(job.status) && endingOf(job) !== undefined) return ignored("ending");
  const extras = { call: event.call };
  if (!isFinal(job.status)) return { ...unchanged(job), extras };
  const then = { ...moment, nowMs: Math.max(moment.nowMs, event.dueAt ?? 0) };
  const again = retry(model, job, { kind: "retry", by: event.by, ...(event.newKey && { newKey: true }) }, then);
  if (again.kind === "ignored") return again;
  return {
    ...again,
    extras: { ...again.extras, ...extras },
    history: again.history.map((entry) => told(entry, moment)),
  };
}

/** Told now, also where it begins later. */
function told(entry: HistoryEntry, { nowMs }: Moment): HistoryEntry {
  if (entry.at <= nowMs) return entry;
  return { ...entry, at: nowMs, ...(entry.type === "job_retried" && { dueAt: entry.at }) };
}
