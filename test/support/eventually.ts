import { setTimeout as delay } from "node:timers/promises";
import { monotonicMs } from "./monotonic-clock.ts";

/**
 * Waits until `probe` answers something other than undefined or false, and gives it.
 * A probe that throws is asked again; what it threw last is told when the time is over.
 */
export async function eventually<T>(
  what: string,
  probe: () => Promise<T | undefined | false> | T | undefined | false,
  options: { readonly withinMs?: number; readonly everyMs?: number } = {},
): Promise<T> {
  const withinMs = options.withinMs ?? 20_000;
  const until = monotonicMs() + withinMs;
  let last: unknown;
  do {
    try {
      const answer = await probe();
      if (answer !== undefined && answer !== false) return answer;
      last = undefined;
    } catch (error) {
      last = error;
    }
    await delay(options.everyMs ?? 20);
  } while (monotonicMs() < until);
  throw new Error(`Did not happen within ${withinMs} ms: ${what}`, { cause: last });
}
