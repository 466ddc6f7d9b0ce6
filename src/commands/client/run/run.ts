import type { Job, Started, StartOptions } from "../../../client/workflows.ts";
import { parseDuration } from "../../../config/values/duration.ts";
import type { JsonObject } from "../../../model/json.ts";
import { ExitError } from "../../exit-error.ts";
import type { Globals } from "../../globals.ts";
import { isQuiet, note, print, printIds, printJson } from "../../terminal.ts";
import { wholeNumber } from "../../whole-number.ts";
import { CalledServer, forStreams } from "../called-server.ts";
import { jobText } from "../present/job-text.ts";
import type { ServerOptions } from "../server-options.ts";
import { JobSignal } from "../watch/job-signal.ts";
import { readInput } from "./input.ts";
import { TaskLines } from "./task-lines.ts";
import { withUnknownInputs } from "./unknown-inputs.ts";
import { waitForEnd } from "./wait.ts";

export interface RunOptions extends ServerOptions {
  readonly input?: readonly string[];
  readonly inputFile?: string;
  readonly idempotencyKey?: string;
  /** As the API takes it: seconds from now, or a time. */
  readonly after?: string;
  readonly priority?: string;
  /** True or empty: as long as it takes. */
  readonly wait?: string | true;
}

/** Starts a job and, with `--wait`, stays until it ended: 5 when it failed, 6 when it still runs then. */
export async function run(workflow: string, options: RunOptions, globals: Globals): Promise<number> {
  const waitMs = waitOf(options);
  const more = startOptions(options);
  const input = await readInput(options.input ?? [], options.inputFile);
  const server = new CalledServer(options);
  const started = await server
    .ask((client) => client.start(workflow, input, more))
    .catch(async (error: unknown) => {
      throw await withUnknownInputs(error, server, workflow, input);
    });
  const told = toldOf(started);
  if (waitMs === undefined) {
    printIds([started.id]);
    if (globals.json === true) printJson(told);
    else print(`Started ${started.name}: job ${started.id}`);
    return 0;
  }
  printIds([started.id]);
  if (globals.json !== true) note(`Started ${started.name}: job ${started.id}`);
  const lines = globals.json === true || isQuiet() ? undefined : new TaskLines();
  const signal = new JobSignal(new CalledServer(options, forStreams), started.id, lines === undefined ? 10_000 : 1000);
  const job = await waitForEnd(server, started, waitMs, signal, (seen) => lines?.show(seen)).finally(() => {
    signal.end();
    lines?.end();
  });
  if (job === undefined) {
    if (globals.json === true) printJson({ ...told, status: "done", removed: true });
    else print(`${started.name}  ${started.id}  completed, and was removed: the workflow is ephemeral`);
    return 0;
  }
  if (globals.json === true) printJson(job);
  else print(jobText(job));
  return exitCodeOf(job);
}

/** Without a key the client would make one up; one start needs none, as nothing is repeated here. */
function startOptions({ idempotencyKey, after, priority }: RunOptions): StartOptions {
  return {
    idempotencyKey: idempotencyKey ?? false,
    ...(after !== undefined && { after }),
    ...(priority !== undefined && { priority: wholeNumber("--priority", priority, "a whole number from 1 to 9") }),
  };
}

/** The start as the API answers it. */
function toldOf({ id, name, ephemeral }: Started): JsonObject {
  return { id, name, success: true, ...(ephemeral !== undefined && { ephemeral }) };
}

/** `--wait abc NAME`: what is no time is taken for the name, so that `--wait NAME` can be written. Throws ExitError. */
export function refuseMore(names: readonly string[], { wait }: RunOptions): void {
  if (names.length < 2) return;
  const hint = wait === "" ? "; after --wait comes a number of seconds, a duration such as 2m, or nothing" : "";
  throw new ExitError(
    2,
    `run starts one workflow, not ${names.map((name) => JSON.stringify(name)).join(" and ")}${hint}`,
  );
}

function waitOf({ wait }: RunOptions): number | undefined {
  if (wait === undefined) return undefined;
  if (wait === true || wait === "") return Number.POSITIVE_INFINITY;
  const waitMs = parseDuration(wait);
  if (waitMs === undefined)
    throw new ExitError(2, `--wait ${wait}: must be a number of seconds, or a duration such as 2m`);
  return waitMs;
}

function exitCodeOf({ status }: Job): number {
  switch (status) {
    case "done":
      return 0;
    case "failed":
      return 5;
    case "pending":
    case "processing":
      return 6;
    default:
      return status satisfies never;
  }
}
