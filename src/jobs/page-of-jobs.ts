import type { JobSummary } from "../model/job/job.ts";
import type { JobKey, JobSearch } from "../store/search.ts";

/** Pages by number walk from the newest job on: the last row that one may have. Deeper ones are for cursors. */
export const deepestRow = 10_000;

/** Of one ask to the store. */
const longestPage = 200;

export interface NumberedPage {
  readonly jobs: JobSummary[];
  /** Whether there may be jobs after these. */
  readonly more: boolean;
}

/** One page of all jobs, newest first, by its number from 1 on; `page * perPage` is at most `deepestRow`. Reads all pages before it. */
export async function pageOfJobs(
  store: Pick<JobSearch, "find">,
  { page, perPage }: { readonly page: number; readonly perPage: number },
): Promise<NumberedPage> {
  const end = page * perPage;
  const first = end - perPage;
  const jobs: JobSummary[] = [];
  let seen = 0;
  let after: JobKey | undefined;
  do {
    const limit = Math.min(longestPage, end - seen);
    const found = await store.find({ limit, ...(after !== undefined && { after }) });
    jobs.push(...found.jobs.slice(Math.max(0, first - seen)));
    seen += found.jobs.length;
    after = found.next;
  } while (after !== undefined && seen < end);
  return { jobs, more: after !== undefined };
}
