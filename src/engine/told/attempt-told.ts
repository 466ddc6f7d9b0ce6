import type { Moment } from "../../model/decision/moment.ts";
import type { JobExtras } from "../../model/job/extras.ts";
import type { HistoryEntry } from "../../model/job/history.ts";
import type { Job } from "../../model/job/job.ts";
import type { TaskExecution, TaskResult } from "../../model/job/task-execution.ts";
import { hiderFor, noSecrets } from "../../model/told/hider.ts";
import { maxTold, toldBytes, toldOf } from "../../model/told/told-of.ts";
import type { Workflow } from "../../model/workflow.ts";

/** What goes into the entry of an attempt's end, and into the job for that. */
export interface AttemptTold {
  readonly entry: Pick<HistoryEntry, "request" | "answer" | "untold">;
  readonly extras?: JobExtras;
}

/** What an attempt asked and was answered, for the history: nothing else keeps it once the next attempt has ended. */
export function attemptTold(
  model: Workflow,
  job: Job,
  { type }: TaskExecution,
  result: TaskResult | undefined,
  { secrets = noSecrets }: Moment,
): AttemptTold {
  if (result === undefined) return { entry: {} };
  const entry = toldOf(type, result, hiderFor(job, model, secrets));
  const bytes = toldBytes(entry);
  if (bytes === 0) return { entry: {} };
  const told = (job.told ?? 0) + bytes;
  return told > maxTold ? { entry: { untold: true } } : { entry, extras: { told } };
}
