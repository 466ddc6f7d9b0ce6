import type { Job, Started } from "../../../client/workflows.ts";
import { ExitError } from "../../exit-error.ts";
import type { CalledServer } from "../called-server.ts";
import { ServerUnavailable } from "../refusal.ts";
import type { JobSignal } from "../watch/job-signal.ts";

const notFound = 4;

const firstPauseMs = 20;
const longestPauseMs = 1000;

/** A server that restarts is waited for; the job goes on meanwhile. */
const outageMs = 30_000;

/** Asks for the job, whenever `signal` says that it is worth it, until it has ended or the time is over; answers how it stands then. Undefined for an ephemeral one that is gone: those that do not complete are kept. `seen` is told of each answer. */
export async function waitForEnd(
  server: CalledServer,
  { id, ephemeral }: Pick<Started, "id" | "ephemeral">,
  waitMs: number,
  signal: Pick<JobSignal, "next">,
  seen: (job: Job) => void = () => undefined,
): Promise<Job | undefined> {
  const begin = performance.now();
  let answeredAt = begin;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(longestPauseMs, pauseMs * 1.5)) {
    const leftMs = begin + waitMs - performance.now();
    let isOut = false;
    try {
      const job = await server.ask(({ jobs }) => jobs.get(id));
      seen(job);
      if (job.status === "done" || job.status === "failed" || leftMs <= 0) return job;
      answeredAt = performance.now();
    } catch (error) {
      if (ephemeral === true && error instanceof ExitError && error.exitCode === notFound) return undefined;
      isOut = true;
      const outage = performance.now() - answeredAt;
      if (!(error instanceof ServerUnavailable) || outage > outageMs || leftMs <= 0) throw error;
    }
    await signal.next(pauseMs, isOut ? Math.min(pauseMs, leftMs) : leftMs);
  }
}
