import type { BulkAction, Job } from "../../../client/workflows.ts";
import { ExitError } from "../../exit-error.ts";
import type { Globals } from "../../globals.ts";
import { print, printJson } from "../../terminal.ts";
import { wholeNumber } from "../../whole-number.ts";
import { CalledServer } from "../called-server.ts";
import { jobText } from "../present/job-text.ts";
import type { ServerOptions } from "../server-options.ts";

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

/** What the API takes with an action. */
export interface ActionBody {
  readonly reason?: string;
  readonly version?: number;
  readonly task?: string;
  readonly iteration?: number;
  readonly newKey?: true;
  readonly undo?: false;
}

/** Asks the server to do something with a job; shows how the job stands then. */
export async function actOnJob(
  action: Exclude<BulkAction, "skip" | "delete">,
  id: string,
  options: ActionOptions,
  globals: Globals,
): Promise<number> {
  const body = bodyOf(options);
  return show(await new CalledServer(options).ask(({ jobs }) => jobs[action](id, body)).catch(inOptions), globals);
}

/** Has a job go on without a task. */
export async function skipTask(task: string, id: string, options: ActionOptions, globals: Globals): Promise<number> {
  const body = { ...bodyOf(options), task };
  return show(await new CalledServer(options).ask(({ jobs }) => jobs.skip(id, body)), globals);
}

function show(job: Job, globals: Globals): number {
  if (globals.json === true) printJson(job);
  else print(jobText(job));
  return 0;
}

/** What the API is told of an action: the options that were given. Throws `ExitError` (2). */
export function bodyOf(options: ActionOptions): ActionBody {
  const { reason, workflowVersion, task, iteration, newKey, undo } = options;
  if (iteration !== undefined && task === undefined)
    throw new ExitError(2, "--iteration says which one of a task: name it with --task");
  return {
    ...(reason !== undefined && { reason }),
    ...(workflowVersion !== undefined && {
      version: wholeNumber("--workflow-version", workflowVersion, "a version of the workflow, a whole number"),
    }),
    ...(task !== undefined && { task }),
    ...(iteration !== undefined && {
      iteration: wholeNumber("--iteration", iteration, "that of the task in its loop, a whole number"),
    }),
    ...(newKey === true && { newKey }),
    ...(undo === false && { undo }),
  };
}

/** Removes a job that has ended; with `--json` shows it as it was. */
export async function deleteJob(id: string, options: ActionOptions, globals: Globals): Promise<number> {
  const { reason } = options;
  const job = await new CalledServer(options).ask(({ jobs }) =>
    jobs.delete(id, reason === undefined ? {} : { reason }),
  );
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
