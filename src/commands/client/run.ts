import { parseDuration } from "../../config/values/duration.ts";
import { ExitError } from "../exit-error.ts";
import type { Globals } from "../globals.ts";
import { note, print, printJson } from "../terminal.ts";
import type { ShownJob, ShownStart } from "./answers.ts";
import { ApiClient } from "./api-client.ts";
import { readInput } from "./input.ts";
import { jobText } from "./present.ts";
import type { ServerOptions } from "./server-options.ts";
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
  const input = await readInput(options.input ?? [], options.inputFile);
  const client = new ApiClient(options);
  const key = options.idempotencyKey;
  const { after, priority } = options;
  const query = new URLSearchParams({
    ...(after !== undefined && { after }),
    ...(priority !== undefined && { priority }),
  });
  const path = `/api/v1/workflow/${encodeURIComponent(workflow)}${query.size > 0 ? `?${query.toString()}` : ""}`;
  const started = await client.post<ShownStart>(
    path,
    ["id", "name"],
    input,
    key === undefined ? {} : { "idempotency-key": key },
  );
  if (waitMs === undefined) {
    if (globals.json === true) printJson(started);
    else print(`Started ${started.name}: job ${started.id}`);
    return 0;
  }
  if (globals.json !== true) note(`Started ${started.name}: job ${started.id}`);
  const job = await waitForEnd(client, started.id, waitMs);
  if (globals.json === true) printJson(job);
  else print(jobText(job));
  return exitCodeOf(job);
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

function exitCodeOf({ status }: ShownJob): number {
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
