import type { Globals } from "../../globals.ts";
import { print, printJson, table } from "../../terminal.ts";
import { CalledServer } from "../called-server.ts";
import type { ServerOptions } from "../server-options.ts";
import { noteUnknownWorkflow } from "./unknown-workflow.ts";

export interface CountOptions extends ServerOptions {
  readonly workflow?: string;
}

/** How many jobs there are, by workflow, state and what they wait for. */
export async function countJobs(options: CountOptions, globals: Globals): Promise<number> {
  const { workflow } = options;
  const server = new CalledServer(options);
  const answer = await server.ask(({ jobs }) => jobs.count({ workflow }));
  if (answer.total === 0) await noteUnknownWorkflow(server, workflow);
  if (globals.json === true) {
    printJson(answer);
    return 0;
  }
  const rows = answer.counts.map((count) => [count.workflow, count.state, count.waiting ?? "", String(count.jobs)]);
  print(table(["WORKFLOW", "STATE", "WAITS FOR", "JOBS"], [...rows, ["total", "", "", String(answer.total)]]));
  if (answer.doubtful === true)
    print("Some may be missing: a process ended suddenly. They are being counted; ask again.");
  return 0;
}
