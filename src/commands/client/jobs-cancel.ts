import type { Globals } from "../globals.ts";
import { print, printJson } from "../terminal.ts";
import { jobMembers, type ShownJob } from "./answers.ts";
import { ApiClient } from "./api-client.ts";
import { jobText } from "./present.ts";
import type { ServerOptions } from "./server-options.ts";

export interface CancelOptions extends ServerOptions {
  readonly reason?: string;
}

export async function cancelJob(id: string, options: CancelOptions, globals: Globals): Promise<number> {
  const { reason } = options;
  const path = `/api/v1/jobs/${encodeURIComponent(id)}/cancel`;
  const job = await new ApiClient(options).post<ShownJob>(path, jobMembers, reason === undefined ? {} : { reason });
  if (globals.json === true) printJson(job);
  else print(jobText(job));
  return 0;
}
