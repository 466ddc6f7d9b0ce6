import { visibleStatus } from "../../model/job/job.ts";
import { waitingNow } from "../../model/search/waiting.ts";
import type { ChangedJob, JobFilter, TimeRange } from "../../store/search.ts";

/** The filter asks for that job, as `find` would. */
export function fits(filter: JobFilter, { job, labels }: Pick<ChangedJob, "job" | "labels">, nowMs: number): boolean {
  const { status, workflow, version, waiting, idPrefix, ids } = filter;
  if (status?.includes(visibleStatus(job)) === false) return false;
  if (workflow !== undefined && workflow !== job.workflow.name) return false;
  if (version !== undefined && version !== job.workflow.version) return false;
  if (filter.labels?.every((label) => labels.includes(label)) === false) return false;
  if (idPrefix !== undefined && !job.id.startsWith(idPrefix)) return false;
  if (ids?.includes(job.id) === false) return false;
  if (waiting !== undefined) {
    const reason = waitingNow(job, nowMs);
    if (reason === undefined || !waiting.includes(reason)) return false;
  }
  const { created, started, finished } = filter;
  return within(created, job.createdAt) && within(started, job.startedAt) && within(finished, job.finishedAt);
}

function within(range: TimeRange | undefined, at: number | undefined): boolean {
  if (range === undefined) return true;
  if (at === undefined) return false;
  const { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY } = range;
  return from <= at && at < to;
}
