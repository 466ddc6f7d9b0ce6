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
  const runs = answer.history.some(({ run }) => run > 1);
  const rows = answer.history.map((entry) => [
    entry.time,
    ...(runs ? [String(entry.run)] : []),
    entry.type,
    entry.task ?? "",
    entry.attempt === undefined ? "" : String(entry.attempt),
    entry.durationMs === undefined ? "" : shortDuration(entry.durationMs),
    entry.worker ?? "",
    why(entry),
  ]);
  print(table(["TIME", ...(runs ? ["RUN"] : []), "TRANSITION", "TASK", "ATTEMPT", "DURATION", "WORKER", "WHY"], rows));
  return 0;
}

/** Why there is that transition, and what follows from it. */
export function why({ by, reason, newKey, error, ...entry }: ShownHistory["history"][number]): string {
  const { version, due_time: due, job, workflow } = entry;
  return [
    error !== undefined && `${error.code}: ${error.message}`,
    [by, reason, newKey === true && "new key"].filter(Boolean).join(": "),
    version !== undefined && `version ${version}`,
    due !== undefined && `due ${due}`,
    job !== undefined && `job ${job} of ${workflow ?? "another workflow"}`,
  ]
    .filter(Boolean)
    .join(", ");
}
