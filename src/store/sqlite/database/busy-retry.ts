import { setTimeout as delay } from "node:timers/promises";
import { isBusy } from "./database.ts";

/** Longer than any batch of ours holds the lock. */
const batchMs = 5000;

/** Of a process that opens the file: another one that came first makes the schema, or migrates it, which takes seconds for millions of jobs. */
export const openingMs = 30_000;

/** The longest pause between two tries. */
const longestPauseMs = 8;

/**
 * Does `work` again and again while another connection holds the lock, in pauses of random length, so that two processes
 * do not keep meeting. SQLite's own busy handler would stop the thread, and sleeps for up to 100 ms at a time.
 */
export async function retryWhileBusy<T>(work: () => T, giveUpAfterMs = batchMs): Promise<T> {
  const startedAt = performance.now();
  for (let ceilingMs = 1; ; ceilingMs = Math.min(longestPauseMs, ceilingMs * 2)) {
    try {
      return work();
    } catch (error) {
      if (!isBusy(error) || performance.now() - startedAt > giveUpAfterMs) throw error;
      await delay(Math.random() * ceilingMs);
    }
  }
}
