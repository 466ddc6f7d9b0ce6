import type { JobId } from "../../model/ids.ts";
import { JobTooNew } from "../../model/job/format.ts";
import { isFinal, type Job } from "../../model/job/job.ts";
import type { Deps } from "../deps.ts";
import type { Watching } from "./job-watch.ts";

/** How a wait ended: with the job; with its removal, and the job as this process removed it; or before the job did. */
export type JobEnd =
  | { readonly kind: "ended"; readonly job: Job }
  | { readonly kind: "gone"; readonly job?: Job }
  | { readonly kind: "still_open" };

export interface JobEndAsk {
  readonly watching: Watching;
  readonly waitMs: number;
  /** Ends the wait. Whoever aborts also ends `watching`. */
  readonly signal: AbortSignal;
}

/** Waits for the end of a job that is stored. One that a newer program goes on with is open for all that this one knows. */
export async function jobEnd(deps: Deps, id: JobId, ask: JobEndAsk): Promise<JobEnd> {
  try {
    return await untilEnd(deps, id, ask);
  } catch (error) {
    if (error instanceof JobTooNew) return { kind: "still_open" };
    throw error;
  }
}

async function untilEnd(deps: Deps, id: JobId, { watching, waitMs, signal }: JobEndAsk): Promise<JobEnd> {
  const until = performance.now() + waitMs;
  let isSeen = false; // what was seen is all that happened
  for (;;) {
    const { seen, wakes } = watching;
    if (seen?.removed) return { kind: "gone", job: seen.job };
    const isKnown = seen !== undefined && (isSeen || isFinal(seen.job.status));
    const job = isKnown ? seen.job : await deps.store.jobs.get(id);
    if (job === undefined) return goneNow(deps, id, watching);
    if (isFinal(job.status)) return { kind: "ended", job };
    const leftMs = until - performance.now();
    if (leftMs <= 0 || signal.aborted) return { kind: "still_open" };
    isSeen = (await watching.changed(leftMs)) && watching.wakes === wakes;
  }
}

async function goneNow({ changes }: Deps, id: JobId, watching: Watching): Promise<JobEnd> {
  await changes?.left(id);
  return { kind: "gone", ...(watching.seen?.removed && { job: watching.seen.job }) };
}
