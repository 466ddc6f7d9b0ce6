import type { JobPage, JobSummary, ListOptions as PageOptions } from "../../../client/workflows.ts";
import type { Globals } from "../../globals.ts";
import { note, print, printIds, printJson, table } from "../../terminal.ts";
import { wholeNumber } from "../../whole-number.ts";
import { CalledServer } from "../called-server.ts";
import { durationOf } from "../present/job-text.ts";
import type { ServerOptions } from "../server-options.ts";
import { type Filter, type FilterOptions, filterOf, fixedTimes, jobFilterOf } from "./filter-options.ts";
import { noteUnknownWorkflow } from "./unknown-workflow.ts";

export interface ListOptions extends ServerOptions, FilterOptions {
  readonly limit: string;
  readonly sort?: string;
  readonly cursor?: string;
}

/** So many jobs as were asked for, if there are so many. */
export async function listJobs(options: ListOptions, globals: Globals): Promise<number> {
  const filter = filterOf(options, Date.now());
  const most = wholeNumber("--limit", options.limit, "a whole number from 1 to 200");
  const server = new CalledServer(options);
  const page = await pageOf(server, filter, most, options);
  if (page.jobs.length === 0) await noteUnknownWorkflow(server, options.workflow);
  if (globals.json === true) {
    printJson(page);
    return 0;
  }
  printIds(page.jobs.map(({ id }) => id));
  if (page.jobs.length === 0) {
    note("No jobs.");
    return 0;
  }
  const rows = page.jobs.map((job) => [
    job.id,
    job.workflowName,
    job.state,
    job.waiting ?? "",
    job.insert_time,
    durationOf(job),
    job.error?.message ?? "",
  ]);
  print(table(["ID", "WORKFLOW", "STATE", "WAITS FOR", "STORED", "DURATION", "ERROR"], rows));
  if (page.next !== null)
    note(`There may be more: add ${[...fixedTimes(options, filter), "--cursor", page.next].join(" ")}`);
  return 0;
}

/** A page of the API may be short, or empty, before the last: what is missing is asked for. */
async function pageOf(server: CalledServer, filter: Filter, most: number, options: ListOptions): Promise<JobPage> {
  const asked = jobFilterOf(filter);
  const { sort } = options as Pick<PageOptions, "sort">; // the server says which there are
  const jobs: JobSummary[] = [];
  let next = options.cursor ?? null;
  do {
    const place = { sort, limit: most - jobs.length, ...(next !== null && { cursor: next }) };
    const page = await server.ask((client) => client.jobs.page(asked, place));
    jobs.push(...page.jobs);
    next = page.next;
  } while (next !== null && jobs.length < most);
  return { jobs, next };
}
