import type { Globals } from "../../globals.ts";
import { print, printJson } from "../../terminal.ts";
import { CalledServer } from "../called-server.ts";
import type { ServerOptions } from "../server-options.ts";
import { explanationText } from "./text.ts";

/** What is happening to a job, why, and what can be done. */
export async function explainJob(id: string, options: ServerOptions, globals: Globals): Promise<number> {
  const explanation = await new CalledServer(options).ask(({ jobs }) => jobs.explain(id));
  if (globals.json === true) printJson(explanation);
  else print(explanationText(explanation));
  return 0;
}
