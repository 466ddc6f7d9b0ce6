import { ExitError } from "../exit-error.ts";
import type { Globals } from "../globals.ts";
import { print, printJson } from "../terminal.ts";
import { jobMembers, type ShownJob } from "./answers.ts";
import { ApiClient } from "./api-client.ts";
import { jobText } from "./present.ts";
import type { ServerOptions } from "./server-options.ts";

export interface ActionOptions extends ServerOptions {
  readonly reason?: string;
  /** Of the workflow, for a restart. */
  readonly workflowVersion?: string;
}

/** Asks the server to do something with a job, as the last part of the API's path names it; shows how the job stands then. */
export async function actOnJob(action: string, id: string, options: ActionOptions, globals: Globals): Promise<number> {
  const { reason, workflowVersion } = options;
  const path = `/api/v1/jobs/${encodeURIComponent(id)}/${action}`;
  const body = {
    ...(reason !== undefined && { reason }),
    ...(workflowVersion !== undefined && { version: versionOf(workflowVersion) }),
  };
  const job = await new ApiClient(options).post<ShownJob>(path, jobMembers, body);
  if (globals.json === true) printJson(job);
  else print(jobText(job));
  return 0;
}

/** Removes a job that has ended; with `--json` shows it as it was. */
export async function deleteJob(id: string, options: ActionOptions, globals: Globals): Promise<number> {
  const { reason } = options;
  const path = `/api/v1/jobs/${encodeURIComponent(id)}`;
  const job = await new ApiClient(options).delete<ShownJob>(path, jobMembers, reason === undefined ? {} : { reason });
  if (globals.json === true) printJson(job);
  else print(`Deleted job ${job.id} of ${job.workflowName}`);
  return 0;
}

function versionOf(written: string): number {
  if (/^\d{1,9}$/.test(written)) return Number(written);
  throw new ExitError(2, `--workflow-version ${written}: must be a version of the workflow, a whole number`);
}
