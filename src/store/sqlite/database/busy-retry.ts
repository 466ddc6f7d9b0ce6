import { setTimeout as delay } from "node:timers/promises";
import { isBusy } from "./database.ts";

/** Longer than any batch of ours holds the lock. */
const giveUpAfterMs = 5000;

/** The longest pause between two tries. */
const longestPauseMs = 8;

/**
 * Does `work` again and again while another connection holds the lock, in pauses of random length, so that two processes
 * do not keep meeting. SQLite's own busy handler would stop the thread, and sleeps for up to 100 ms at a time.
 */
export async function retryWhileBusy<T>(work: () => T): Promise<T> {
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
