import type { Globals } from "../../globals.ts";
import { note, print, printIds, printJson, table } from "../../terminal.ts";
import { CalledServer } from "../called-server.ts";
import { noteUnknownWorkflow } from "../find/unknown-workflow.ts";
import type { ServerOptions } from "../server-options.ts";

export interface QueueOptions extends ServerOptions {
  readonly workflow?: string;
}

/** What waits where and why. */
export async function showQueue(options: QueueOptions, globals: Globals): Promise<number> {
  const { workflow } = options;
  const server = new CalledServer(options);
  const answer = await server.ask((client) => client.queue({ workflow }));
  if (answer.rows === 0) await noteUnknownWorkflow(server, workflow);
  const { waiting, external, rows } = answer;
  printIds([...new Set(waiting.map((row) => row.workflow))]);
  if (globals.json === true) {
    printJson(answer);
    return 0;
  }
  const offered = external.filter((queue) => queue.offered > 0);
  if (waiting.length === 0) note("Nothing waits.");
  else
    print(
      table(
        ["WORKFLOW", "WAITS FOR", "JOBS", "OLDEST", "GOES ON", "WHY"],
        waiting.map(({ workflow: of, waiting: reason, jobs, oldest, why }) => {
          return [of, reason, String(jobs), oldest?.insert_time ?? "", oldest?.due_time ?? "", why];
        }),
      ),
    );
  if (rows > waiting.length) note(`${rows - waiting.length} more: ask for one workflow with --workflow NAME.`);
  if (offered.length > 0) {
    const cells = offered.map(({ queue, offered: jobs, offeredIsExact: isExact, workflows }) => {
      return [queue, isExact ? String(jobs) : `${jobs} or more`, workflows.join(" ")];
    });
    print(`\n${table(["QUEUE OF PROGRAMS OUTSIDE", "JOBS", "WORKFLOWS"], cells)}`);
  }
  return 0;
}
