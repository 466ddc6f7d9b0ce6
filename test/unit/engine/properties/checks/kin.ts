import { isFinal } from "../../../../../src/model/job/job.ts";
import type { Workflow } from "../../../../../src/model/workflow.ts";
import type { Write } from "../simulation.ts";

/** What is wrong with what other jobs hear of the end of one; undefined where nothing is. */
export function wronglyTold({ onFailure }: Workflow, { before, after, change, history }: Write): string | undefined {
  if (change === undefined) return undefined;
  const was = new Set(before.effects?.map(({ id }) => id));
  const owed = after.effects ?? [];
  const added = owed.filter(({ id }) => !was.has(id));
  const ends = isFinal(after.status) && (!isFinal(before.status) || change.renewal !== undefined);
  const told = added.filter(({ kind }) => kind === "tell_parent").length;
  if (told !== (ends && after.parent !== undefined ? 1 : 0)) return "a parent hears of each end of its child once";
  if (!isFinal(after.status) && owed.some(({ kind }) => kind === "tell_parent"))
    return "of a child that goes on its parent hears nothing";
  // Events of one write may end a job, have it go on and end it again.
  const failures = history.filter(({ type }) => type === "job_failed" || type === "job_timed_out").length;
  const started = added.filter((effect) => effect.kind === "start_job" && effect.afterFailures !== undefined).length;
  if (started !== (onFailure === undefined ? 0 : failures))
    return "one job is started for each failure, and for nothing else";
  return before.error !== undefined && !isFinal(before.status) && isFinal(after.status) && after.error === undefined
    ? "why a job was to end is known when it has ended"
    : undefined;
}
