import type { Globals } from "../globals.ts";
import { note, print, printJson, table } from "../terminal.ts";
import type { ShownPage } from "./answers.ts";
import { ApiClient } from "./api-client.ts";
import { durationOf } from "./present.ts";
import type { ServerOptions } from "./server-options.ts";

export interface ListOptions extends ServerOptions {
  readonly status?: string;
  readonly workflow?: string;
  readonly limit: string;
  readonly cursor?: string;
}

/** One page of jobs, newest first. */
export async function listJobs(options: ListOptions, globals: Globals): Promise<number> {
  const { status, workflow, limit, cursor } = options;
  const query = new URLSearchParams({
    limit,
    ...(status !== undefined && { status }),
    ...(workflow !== undefined && { workflow }),
    ...(cursor !== undefined && { cursor }),
  });
  const page = await new ApiClient(options).get<ShownPage>(`/api/v1/jobs?${query}`, ["jobs", "next"]);
  if (globals.json === true) {
    printJson(page);
    return 0;
  }
  if (page.jobs.length === 0) {
    note("No jobs.");
    return 0;
  }
  const rows = page.jobs.map((job) => [
    job.id,
    job.workflowName,
    job.state,
    job.insert_time,
    durationOf(job),
    job.error?.message ?? "",
  ]);
  print(table(["ID", "WORKFLOW", "STATE", "STARTED", "DURATION", "ERROR"], rows));
  if (page.next !== null) note(`There may be more: add --cursor ${page.next}`);
  return 0;
}
