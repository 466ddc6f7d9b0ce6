import type { Globals } from "../globals.ts";
import { print, printJson } from "../terminal.ts";
import { CalledServer } from "./called-server.ts";
import { partsText } from "./present/job-parts.ts";
import { jobText } from "./present/job-text.ts";
import type { ServerOptions } from "./server-options.ts";

/** One job with its inputs, its tasks and, short, what they brought. */
export async function showJob(id: string, options: ServerOptions, globals: Globals): Promise<number> {
  const job = await new CalledServer(options).ask(({ jobs }) => jobs.get(id));
  if (globals.json === true) printJson(job);
  else print(jobText(job) + partsText(job));
  return 0;
}
