import { setTimeout as delay } from "node:timers/promises";

/** Waits for a moment of a campaign, but no longer than this: a fault must come also where nothing moves any more. */
export async function atMost(limitMs: number, due: () => boolean): Promise<void> {
  const until = performance.now() + limitMs;
  while (!due() && performance.now() < until) await delay(1);
}
