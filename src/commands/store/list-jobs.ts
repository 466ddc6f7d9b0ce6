import { jobSummary } from "../../api/mender/job-presentation.ts";
import { deepestRow, pageOfJobs } from "../../jobs/page-of-jobs.ts";
import { ExitError } from "../exit-error.ts";
import type { Globals } from "../globals.ts";
import { note, print, printIds, printJson, table } from "../terminal.ts";
import { withStore } from "./with-store.ts";

export interface ListJobsOptions {
  readonly page: string;
  readonly perPage: string;
}

/** The original's list: one page of all jobs in the store. */
export async function listJobs(options: ListJobsOptions, globals: Globals): Promise<number> {
  const page = whole("--page", options.page);
  const perPage = whole("--perPage", options.perPage);
  if (page * perPage > deepestRow)
    throw new ExitError(
      2,
      `--page ${page} --perPage ${perPage}: lists end at job ${deepestRow}; "workflows jobs list" pages on from a cursor, however far`,
    );
  const { jobs, more } = await withStore(globals, ({ store }) => pageOfJobs(store.search, { page, perPage }), {
    quiet: true,
  });
  const shown = jobs.map((job) => jobSummary(job, Date.now()));
  if (globals.json === true) {
    printJson({ page, perPage, jobs: shown, more });
    return 0;
  }
  printIds(shown.map(({ id }) => id));
  if (shown.length === 0) {
    note(page === 1 ? "No jobs." : `No jobs on page ${page}.`);
    return 0;
  }
  const rows = shown.map((job) => [job.insert_time, job.id, job.status, job.workflowName]);
  print(table(["INSERT TIME", "ID", "STATUS", "WORKFLOW"], rows));
  if (more && (page + 1) * perPage <= deepestRow) note(`There may be more: add --page ${page + 1}`);
  else if (more) note(`There may be more: lists end here, "workflows jobs list" pages on from a cursor`);
  return 0;
}

function whole(option: string, written: string): number {
  const value = /^\d{1,9}$/.test(written) ? Number(written) : 0;
  if (value >= 1) return value;
  throw new ExitError(2, `${option} ${written}: must be a whole number from 1 on`);
}
