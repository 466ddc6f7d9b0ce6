import { setTimeout as delay } from "node:timers/promises";
import { jobMembers, type ShownJob } from "./answers.ts";
import { type ApiClient, ServerUnavailable } from "./api-client.ts";

const firstPauseMs = 20;
const longestPauseMs = 1000;

/** A server that restarts is waited for; the job goes on meanwhile. */
const outageMs = 30_000;

/** Asks for the job until it has ended or the time is over; answers how it stands then. */
export async function waitForEnd(client: ApiClient, id: string, waitMs: number): Promise<ShownJob> {
  const begin = performance.now();
  let answeredAt = begin;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(longestPauseMs, pauseMs * 1.5)) {
    const leftMs = begin + waitMs - performance.now();
    try {
      const job = await client.get<ShownJob>(`/api/v1/jobs/${id}`, jobMembers);
      if (job.status === "done" || job.status === "failed" || leftMs <= 0) return job;
      answeredAt = performance.now();
    } catch (error) {
      const outage = performance.now() - answeredAt;
      if (!(error instanceof ServerUnavailable) || outage > outageMs || leftMs <= 0) throw error;
    }
    await delay(Math.max(0, Math.min(pauseMs, leftMs)));
  }
}
