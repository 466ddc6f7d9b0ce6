import type { Decision } from "../../model/decision/decision.ts";
import type { CalledAgain } from "../../model/decision/event.ts";
import type { Moment } from "../../model/decision/moment.ts";
import { endingOf } from "../../model/job/extras.ts";
import { isFinal, type Job } from "../../model/job/job.ts";
import type { Workflow } from "../../model/workflow.ts";
import { retry } from "../actions/retry.ts";
import { ignored } from "../ignored.ts";
import { unchanged } from "../next-step.ts";

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
  const again = retry(model, job, { kind: "retry", by: event.by, ...(event.newKey && { newKey: true }) }, moment);
  return again.kind === "ignored" ? again : { ...again, extras };
}
