import type { JobSummary } from "./api/job.ts";
import type { EndedJob } from "./ended-job.ts";
import { JobFailed, WaitTimeout, WorkflowsApiError } from "./errors.ts";
import type { Connection } from "./http/connection.ts";
import { pause } from "./http/pause.ts";
import { timerOf } from "./http/timer.ts";
import type { CallOptions, Jobs } from "./jobs.ts";
import { checkOptions } from "./known-options.ts";
import type { Started } from "./start.ts";
import { watchJob } from "./watch.ts";

export interface WaitOptions extends CallOptions {
  /** Rejects with `WaitTimeout` after so many milliseconds; default, and with `Infinity`: none, it waits as long as the job takes. */
  readonly timeoutMs?: number;
  /** Rejects with `JobFailed` where the job ends in another state than `completed`; default: false, it resolves with the job however it ended. */
  readonly mustComplete?: boolean;
}

const waitNames = { timeoutMs: true, mustComplete: true, signal: true } as const;

/** Where there is no room for one more watcher, or a server does not know of watching, the job is asked for this often. */
const askEveryMs = 1_000;

/** What is waited for: the id of a job, or its start. */
export type Awaited = string | Pick<Started, "id" | "name" | "ephemeral">;

/** The job, when it has ended. */
export async function wait(connection: Connection, jobs: Jobs, what: Awaited, options: WaitOptions): Promise<EndedJob> {
  checkOptions("wait", options, waitNames);
  const { timeoutMs, mustComplete = false, signal } = options;
  const id = typeof what === "string" ? what : what.id;
  const late = new AbortController();
  const endTimer =
    timeoutMs === undefined ? undefined : timerOf(timeoutMs, () => late.abort(new WaitTimeout(id, timeoutMs)));
  try {
    const job = await ended(connection, jobs, id, AbortSignal.any([late.signal, signal ?? []].flat()));
    if (mustComplete && job.state !== "completed") throw new JobFailed(job);
    return job;
  } catch (error) {
    if (isNotFound(error) && typeof what !== "string" && what.ephemeral === true) return removedByItsEnd(what);
    throw error;
  } finally {
    endTimer?.();
  }
}

function isNotFound(error: unknown): boolean {
  return error instanceof WorkflowsApiError && error.code === "job_not_found";
}

/** Jobs of ephemeral workflows that end otherwise are kept. */
function removedByItsEnd({ id, name: workflowName }: Pick<Started, "id" | "name">): EndedJob {
  return { id, workflowName, status: "done", state: "completed", removed: true };
}

async function ended(connection: Connection, jobs: Jobs, id: string, signal: AbortSignal): Promise<EndedJob> {
  for (;;) {
    const end = await endSeen(connection, id, signal);
    if (end?.removed === true) return { ...end, removed: true };
    const job = await jobs.get(id, { signal });
    if (job.status === "done" || job.status === "failed") return job;
    if (end === undefined) await pause(askEveryMs, signal);
  }
}

/** Undefined where it could not be watched. */
async function endSeen(
  connection: Connection,
  id: string,
  signal: AbortSignal,
): Promise<(JobSummary & { readonly removed?: true }) | undefined> {
  try {
    for await (const event of watchJob(connection, id, { signal, hasOtherWay: true }))
      if (event.kind === "end") return event.job;
  } catch (error) {
    if (!(error instanceof WorkflowsApiError) || !unwatchable.includes(error.code)) throw error;
  }
  return undefined;
}

const unwatchable = ["overloaded", "route_not_found", "method_not_allowed"];
