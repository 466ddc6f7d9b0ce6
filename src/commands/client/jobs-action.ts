import type { Globals } from "../globals.ts";
import { print, printJson } from "../terminal.ts";
import { jobMembers, type ShownJob } from "./answers.ts";
import { ApiClient } from "./api-client.ts";
import { jobText } from "./present.ts";
import type { ServerOptions } from "./server-options.ts";

export interface ActionOptions extends ServerOptions {
  readonly reason?: string;
}

/** Asks the server to cancel, pause or resume a job; shows how it stands then. */
export async function actOnJob(action: string, id: string, options: ActionOptions, globals: Globals): Promise<number> {
  const { reason } = options;
  const path = `/api/v1/jobs/${encodeURIComponent(id)}/${action}`;
  const job = await new ApiClient(options).post<ShownJob>(path, jobMembers, reason === undefined ? {} : { reason });
  if (globals.json === true) printJson(job);
  else print(jobText(job));
  return 0;
}
