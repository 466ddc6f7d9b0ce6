import type { Worker } from "../../../client/workflows.ts";
import type { Globals } from "../../globals.ts";
import { note, print, printIds, printJson, table } from "../../terminal.ts";
import { CalledServer } from "../called-server.ts";
import { shortDuration } from "../present/job-text.ts";
import type { ServerOptions } from "../server-options.ts";

/** The workers of the site. */
export async function listWorkers(options: ServerOptions, globals: Globals): Promise<number> {
  const workers = await new CalledServer(options).ask((client) => client.workers.list());
  printIds(workers.map(({ id }) => id));
  if (globals.json === true) printJson({ workers });
  else if (workers.length === 0) note("No worker runs: start one with workflows worker.");
  else
    print(
      table(
        ["WORKER", "HOST", "PID", "STARTED", "HEARD OF", "JOBS", "ROOM", "TAKES"],
        workers.map((worker) => cellsOf(worker, Date.now())),
      ),
    );
  return 0;
}

function cellsOf(worker: Worker, nowMs: number): string[] {
  const { id, host, pid, start_time: startTime, beat_time: beatTime, ended, jobs, room, concurrency, takes } = worker;
  const heard = beatTime === undefined ? "" : `${shortDuration(Math.max(0, nowMs - Date.parse(beatTime)))} ago`;
  return [
    id,
    host,
    String(pid),
    startTime ?? "",
    ended ? "ended" : heard,
    String(jobs),
    `${room} of ${concurrency}`,
    takesText(takes),
  ];
}

/** Which jobs it takes, in a few words. */
export function takesText({ topics, workflows, excludedWorkflows }: Worker["takes"]): string {
  const parts = [
    topics === undefined ? "all topics" : `${topics.length === 1 ? "topic" : "topics"} ${topics.join(", ")}`,
    ...(workflows === undefined ? [] : [`of these ${workflows.join(", ")}`]),
    ...(excludedWorkflows === undefined ? [] : [`but not ${excludedWorkflows.join(", ")}`]),
  ];
  return parts.join("; ");
}
