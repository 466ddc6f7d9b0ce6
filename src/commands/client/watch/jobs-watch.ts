import type { JobEvent, Workflows } from "../../../client/workflows.ts";
import { ExitError } from "../../exit-error.ts";
import type { Globals } from "../../globals.ts";
import { colouredState, note, print, printable, printData, printIds } from "../../terminal.ts";
import { CalledServer, forStreams } from "../called-server.ts";
import { type FilterOptions, filterOf, jobFilterOf } from "../find/filter-options.ts";
import { why } from "../jobs-history.ts";
import { shortDuration } from "../present/job-text.ts";
import type { ServerOptions } from "../server-options.ts";

export type WatchOptions = ServerOptions & FilterOptions;

/** Options of every client command, beside which there is no filter. */
const ofTheServer: readonly string[] = ["server", "token", "profile"];

/** What happens to one job until it has ended (5 when it failed), or to all that fit, for ever: a line each, as it happens. */
export async function watch(id: string | undefined, options: WatchOptions, globals: Globals): Promise<number> {
  const filters = Object.keys(options).filter((name) => !ofTheServer.includes(name));
  if (id !== undefined && filters.length > 0)
    throw new ExitError(2, "watch either one job, by its id, or those that options pick");
  return await new CalledServer(options, forStreams).ask((client) =>
    id === undefined ? watchMany(client, options, globals) : watchOne(client, id, globals),
  );
}

async function watchOne(client: Workflows, id: string, globals: Globals): Promise<number> {
  for await (const event of client.watch(id)) {
    if (globals.json === true) printData(JSON.stringify(event));
    else if (event.kind === "entry") print(entryLine(event.entry));
    else print(endLine(event.job));
    if (event.kind === "end") return exitCodeOf(event.job);
  }
  return 0; // told already, and nothing happened since
}

async function watchMany(client: Workflows, options: WatchOptions, globals: Globals): Promise<number> {
  const filter = jobFilterOf(filterOf(options, Date.now()));
  let isTold = false;
  const onOpen = (): void => {
    if (!isTold) note("Watching; Ctrl-C ends it.");
    isTold = true;
  };
  for await (const change of client.watch(filter, { onOpen })) {
    const { job } = change;
    printIds([job.id]);
    if (globals.json === true) printData(JSON.stringify(change));
    else print(changeLine(job));
  }
  return 0;
}

type Entry = Extract<JobEvent, { readonly kind: "entry" }>["entry"];
type Summary = Extract<JobEvent, { readonly kind: "end" }>["job"];

function entryLine(entry: Entry): string {
  const { time, type, task, iteration, attempt, durationMs, worker } = entry;
  return line([
    time,
    type,
    task === undefined ? "" : `${task}${iteration === undefined ? "" : ` [${iteration}]`}`,
    attempt === undefined || attempt === 1 ? "" : `attempt ${attempt}`,
    durationMs === undefined ? "" : shortDuration(durationMs),
    type === "worker_lost" ? (worker ?? "") : "",
    why(entry),
  ]);
}

function endLine({ workflowName, version, id, state, error, removed }: Summary): string {
  const told = error === undefined ? "" : `${error.code}: ${error.message}`;
  const head = `${printable(workflowName)} version ${version}  ${id}  ${colouredState(state)}`;
  return [head, line([told, removed === true ? "removed" : ""])].filter(Boolean).join("  ");
}

function changeLine({ id, workflowName, state, waiting, due_time: due, worker, error }: Summary): string {
  const rest = line([
    waiting === undefined ? "" : `waits for ${waiting}${due === undefined ? "" : ` until ${due}`}`,
    worker === undefined ? "" : `with ${worker}`,
    error === undefined ? "" : `${error.code}: ${error.message}`,
  ]);
  return [new Date().toISOString(), id, printable(workflowName), colouredState(state), rest].filter(Boolean).join("  ");
}

/** One line, whatever others wrote into its parts. */
function line(parts: readonly string[]): string {
  return parts
    .filter(Boolean)
    .map((part) => printable(part).replaceAll(/\s+/g, " "))
    .join("  ");
}

function exitCodeOf({ status, removed }: Summary): number {
  if (status === "done") return 0;
  if (status === "failed") return 5;
  return removed === true ? 4 : 6;
}
