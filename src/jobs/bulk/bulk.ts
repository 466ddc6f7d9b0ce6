import type { WorkflowsError } from "../../model/errors.ts";
import type { JobId } from "../../model/ids.ts";
import type { JobFilter } from "../../store/search.ts";
import type { Deps } from "../deps.ts";
import type { BulkPlace } from "./bulk-place.ts";
import { expectedJobs, jobsBehind, type Remaining } from "./remaining.ts";
import { type RefusedJob, Walk } from "./walk.ts";

/** Jobs of one call. */
export const mostInBulk = 1000;

export interface BulkAsk {
  readonly filter: JobFilter;
  /** Done with each job that fits, as its own event and commit; throws `WorkflowsError` where it is refused. For a dry run with `withoutWriting`. */
  readonly act: (id: JobId) => Promise<unknown>;
  /** 1 to 1,000. */
  readonly limit: number;
  /** Where the call before ended; absent: this is the first. */
  readonly from?: BulkPlace;
  /** Aborted when nobody waits for the answer any more: nothing further is begun. */
  readonly signal: AbortSignal;
}

export interface BulkAnswer extends Remaining {
  /** With these it was done, or would be. */
  readonly done: readonly JobId[];
  readonly refused: readonly RefusedJob[];
  /** Where the walk goes on; absent: it is over. */
  readonly next?: BulkPlace;
  /** Why the store took no more before the limit was reached: the same call from `next` on may succeed later. */
  readonly stopped?: WorkflowsError;
}

/**
 * Does one thing with many jobs, the oldest first, each on its own; what one job refuses keeps no other from it. Throws overloaded and
 * store_unavailable where it was done with none.
 */
export async function inBulk(deps: Deps, ask: BulkAsk): Promise<BulkAnswer> {
  const { from } = ask;
  const asOf = from?.asOf ?? deps.moment().nowMs;
  const expected = from === undefined ? await expectedJobs(deps.store.search, ask.filter) : from.expected;
  const filter = upTo(ask.filter, asOf);
  const walk = new Walk(deps, filter, ask, from);
  await walk.run();
  const { done, refused, stopped, isOver, after, doneBehind } = walk;
  if (stopped !== undefined && done.length === 0 && refused.length === 0) throw stopped;
  const place = {
    asOf,
    met: (from?.met ?? 0) + walk.met,
    done: [...doneBehind],
    ...(after !== undefined && { after }),
    ...(expected !== undefined && { expected }),
  };
  const next = isOver ? undefined : place;
  return {
    done,
    refused,
    ...(await jobsBehind(deps, filter, next)),
    ...(next !== undefined && { next }),
    ...(stopped !== undefined && { stopped }),
  };
}

/** Without the jobs that are started from then on. */
function upTo(filter: JobFilter, asOf: number): JobFilter {
  const to = Math.min(filter.created?.to ?? Number.POSITIVE_INFINITY, asOf + 1);
  return { ...filter, created: { ...filter.created, to } };
}
