import type { Globals } from "../globals.ts";
import { print, printJson } from "../terminal.ts";
import { jobMembers, type ShownJob } from "./answers.ts";
import { ApiClient } from "./api-client.ts";
import { jobText } from "./present.ts";
import type { ServerOptions } from "./server-options.ts";

export async function showJob(id: string, options: ServerOptions, globals: Globals): Promise<number> {
  const job = await new ApiClient(options).get<ShownJob>(`/api/v1/jobs/${encodeURIComponent(id)}`, jobMembers);
  if (globals.json === true) printJson(job);
  else print(jobText(job));
  return 0;
}
