import type { JobFilter, JobSearch } from "../../store/search.ts";
import type { Deps } from "../deps.ts";
import type { BulkPlace } from "./bulk-place.ts";

export interface Remaining {
  /** Jobs that the walk has still to meet. */
  readonly remain: number;
  /** False: about so many, as they were counted when the walk began; or at least so many. */
  readonly remainIsExact: boolean;
}

/** Where nobody keeps count, as many are looked for as one call takes. */
const countedAhead = 1000;
const pageJobs = 200;

/** How many jobs fit, where the store keeps count of that, by status and workflow, and does not doubt it. */
export async function expectedJobs(search: Pick<JobSearch, "counts">, filter: JobFilter): Promise<number | undefined> {
  const { status, workflow, ...others } = filter;
  if (Object.values(others).some((value) => value !== undefined)) return undefined;
  const { counts, isDoubtful } = await search.counts(workflow === undefined ? {} : { workflow });
  if (isDoubtful) return undefined;
  const fitting = counts.filter((count) => status === undefined || status.includes(count.status));
  return fitting.reduce((sum, { jobs }) => sum + jobs, 0);
}

export async function jobsBehind(deps: Deps, filter: JobFilter, place: BulkPlace | undefined): Promise<Remaining> {
  if (place === undefined) return { remain: 0, remainIsExact: true };
  if (place.expected !== undefined) return { remain: Math.max(1, place.expected - place.met), remainIsExact: false };
  try {
    return await countAhead(deps, filter, place);
  } catch {
    return { remain: 1, remainIsExact: false }; // the store fails: what was done is worth telling all the same
  }
}

async function countAhead(deps: Deps, filter: JobFilter, place: BulkPlace): Promise<Remaining> {
  let remain = -place.done.length;
  let { after } = place;
  for (let pages = 0; pages * pageJobs < countedAhead; pages++) {
    const query = { ...filter, order: "oldest", nowMs: deps.moment().nowMs, limit: pageJobs } as const;
    const page = await deps.store.search.find({ ...query, ...(after !== undefined && { after }) });
    remain += page.jobs.length;
    after = page.next;
    if (after === undefined) return { remain: Math.max(0, remain), remainIsExact: true };
  }
  return { remain: Math.max(0, remain), remainIsExact: false };
}
