import type { HistoryEntry } from "../../client/workflows.ts";
import type { Globals } from "../globals.ts";
import { print, printJson, table } from "../terminal.ts";
import { CalledServer } from "./called-server.ts";
import { shortened } from "./present/job-parts.ts";
import { shortDuration } from "./present/job-text.ts";
import type { ServerOptions } from "./server-options.ts";

/** Every transition of a job, in order. */
export async function showHistory(id: string, options: ServerOptions, globals: Globals): Promise<number> {
  const history = await new CalledServer(options).ask(({ jobs }) => jobs.history(id));
  if (globals.json === true) {
    printJson({ history });
    return 0;
  }
  const runs = history.some(({ run }) => run > 1);
  const calls = history.some(({ request, answer: said }) => request !== undefined || said !== undefined);
  const rows = history.map((entry) => [
    entry.time,
    ...(runs ? [String(entry.run)] : []),
    entry.type,
    entry.task ?? "",
    entry.attempt === undefined ? "" : String(entry.attempt),
    entry.durationMs === undefined ? "" : shortDuration(entry.durationMs),
    entry.worker ?? "",
    why(entry),
    ...(calls ? [shortened(entry.request ?? ""), shortened(entry.answer ?? "")] : []),
  ]);
  const columns = [
    "TRANSITION",
    "TASK",
    "ATTEMPT",
    "DURATION",
    "WORKER",
    "WHY",
    ...(calls ? ["REQUEST", "ANSWER"] : []),
  ];
  print(table(["TIME", ...(runs ? ["RUN"] : []), ...columns], rows));
  return 0;
}

type Reasons = Pick<
  HistoryEntry,
  "type" | "by" | "reason" | "newKey" | "error" | "version" | "due_time" | "job" | "workflow"
>;

/** Why there is that transition, and what follows from it. */
export function why({ by, reason, newKey, error, ...entry }: Reasons): string {
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
