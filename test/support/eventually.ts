import { setTimeout as delay } from "node:timers/promises";
import { monotonicMs } from "./clocks/monotonic-clock.ts";

/** How long something may take that happens at once where the machine has nothing else to do: less than a test may take, so that the error says what it was. */
const patienceMs = Number(process.env["TEST_PATIENCE_MS"] ?? 20_000);

/**
 * Waits until `probe` answers something other than undefined or false, and gives it.
 * A probe that throws is asked again; what it threw last is told when the time is over.
 */
export async function eventually<T>(
  what: string,
  probe: () => Promise<T | undefined | false> | T | undefined | false,
  options: { readonly withinMs?: number; readonly everyMs?: number } = {},
): Promise<T> {
  const withinMs = options.withinMs ?? patienceMs;
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
