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
  /** Path or name of one, for a retry. */
  readonly task?: string;
  readonly iteration?: string;
  /** For a retry. */
  readonly newKey?: true;
  /** For a cancel. */
  readonly undo?: boolean;
}

export type TaskOptions = Omit<ActionOptions, "task">;

/** Asks the server to do something with a job, as the last part of the API's path names it; shows how the job stands then. */
export async function actOnJob(action: string, id: string, options: ActionOptions, globals: Globals): Promise<number> {
  const { reason, workflowVersion, task, iteration, newKey, undo } = options;
  if (iteration !== undefined && task === undefined)
    throw new ExitError(2, "--iteration says which one of a task: name it with --task");
  const path = `/api/v1/jobs/${encodeURIComponent(id)}/${action}`;
  const body = {
    ...(reason !== undefined && { reason }),
    ...(workflowVersion !== undefined && {
      version: whole("--workflow-version", workflowVersion, "a version of the workflow"),
    }),
    ...(task !== undefined && { task }),
    ...(iteration !== undefined && { iteration: whole("--iteration", iteration, "that of the task in its loop") }),
    ...(newKey === true && { newKey }),
    ...(undo === false && { undo }),
  };
  const job = await new ApiClient(options).post<ShownJob>(path, jobMembers, body).catch(inOptions);
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

/** What the API advises, as it is typed here. */
function inOptions(error: unknown): never {
  const advice = 'a cancel with {"undo": false}';
  if (!(error instanceof ExitError && error.message.includes(advice))) throw error;
  const message = error.message.replace(advice, "jobs cancel --no-undo");
  throw new ExitError(error.exitCode, message, { cause: error });
}

function whole(option: string, written: string, what: string): number {
  if (/^\d{1,9}$/.test(written)) return Number(written);
  throw new ExitError(2, `${option} ${written}: must be ${what}, a whole number`);
}
