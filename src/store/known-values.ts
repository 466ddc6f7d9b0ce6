import { type JobStatus, jobStatuses } from "../model/job/job.ts";
import { type WaitingReason, waitingReasons } from "../model/search/waiting.ts";
import type { JobCount } from "./search.ts";

// Lists and counts have jobs of newer programs too: what this one does not know of them, it leaves out.

/** Undefined where only newer programs know it: such a job is in no list and no count. */
export function knownStatus(text: string): JobStatus | undefined {
  return jobStatuses.find((known) => known === text);
}

/** The same of a reason to wait, which alone is left out. */
export function knownReason(text: string | null | undefined): { readonly waiting?: WaitingReason } {
  const waiting = waitingReasons.find((known) => known === text);
  return waiting === undefined ? {} : { waiting };
}

interface StoredCount {
  readonly workflow: string;
  readonly status: string;
  readonly waiting?: string | null | undefined;
  readonly jobs: number;
}

/** In the order in which they come. */
export function knownCounts(rows: readonly StoredCount[]): JobCount[] {
  const counts = new Map<string, JobCount>();
  for (const { workflow, status: stored, waiting, jobs } of rows) {
    const status = knownStatus(stored);
    if (status === undefined) continue;
    const count = { workflow, status, ...knownReason(waiting), jobs };
    const key = `${status} ${count.waiting ?? ""} ${workflow}`;
    counts.set(key, { ...count, jobs: jobs + (counts.get(key)?.jobs ?? 0) });
  }
  return [...counts.values()];
}
