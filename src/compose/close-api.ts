import type { App } from "../api/context.ts";

/** Longer than any call takes by itself, and less than what a process has beyond its grace. */
const longestMs = 12_000;

/** However short the grace is, who reads gets the answer that is under way. */
const shortestMs = 1000;

/**
 * Ends the API when the answers that are under way were taken. Who does not take his, or does not end his request, is cut off when the grace is over, or 12 s: he must
 * not keep the process from its end, nor from the time that running tasks have.
 */
export async function closeApi(app: App, graceMs: number): Promise<void> {
  const cut = setTimeout(() => app.server.closeAllConnections(), Math.min(longestMs, Math.max(shortestMs, graceMs)));
  try {
    await app.close();
  } finally {
    clearTimeout(cut);
  }
}
