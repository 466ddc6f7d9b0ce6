import type { Globals } from "../globals.ts";
import { print, printJson, table } from "../terminal.ts";
import type { ShownHistory } from "./answers.ts";
import { ApiClient } from "./api-client.ts";
import { shortDuration } from "./present.ts";
import type { ServerOptions } from "./server-options.ts";

/** Every transition of a job, in order. */
export async function showHistory(id: string, options: ServerOptions, globals: Globals): Promise<number> {
  const answer = await new ApiClient(options).get<ShownHistory>(`/api/v1/jobs/${encodeURIComponent(id)}/history`, [
    "history",
  ]);
  if (globals.json === true) {
    printJson(answer);
    return 0;
  }
  const rows = answer.history.map((entry) => [
    entry.time,
    entry.type,
    entry.task ?? "",
    entry.attempt === undefined ? "" : String(entry.attempt),
    entry.durationMs === undefined ? "" : shortDuration(entry.durationMs),
    entry.worker ?? "",
    entry.error === undefined
      ? [entry.by, entry.reason, entry.newKey === true && "new key"].filter(Boolean).join(": ")
      : `${entry.error.code}: ${entry.error.message}`,
  ]);
  print(table(["TIME", "TRANSITION", "TASK", "ATTEMPT", "DURATION", "WORKER", "WHY"], rows));
  return 0;
}
