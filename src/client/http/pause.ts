import { timerOf } from "./timer.ts";

/** How often something is tried, and how long the pauses between are. */
export interface RetryOptions {
  /** Tries in all, the first one included; default: 5. 1 repeats nothing. */
  readonly attempts?: number;
  /** The longest first pause, in milliseconds; it doubles with each further one. Default: 200. */
  readonly firstDelayMs?: number;
  /** The longest pause of all, in milliseconds; default: 10,000. A server that asks for a longer one is not asked again. */
  readonly maxDelayMs?: number;
}

export const defaultRetry: Required<RetryOptions> = { attempts: 5, firstDelayMs: 200, maxDelayMs: 10_000 };

/**
 * The pause after that many failures in a row, in milliseconds: exponential, with full jitter (Brooker, "Exponential Backoff And Jitter", 2015), so that the
 * clients of a server that comes back do not come all at once; behind what the server itself asks for. `random`: 0 to 1.
 */
export function pauseMs(
  failures: number,
  { firstDelayMs, maxDelayMs }: Required<RetryOptions>,
  random: number,
  askedMs = 0,
): number {
  const ceiling = Math.min(maxDelayMs, firstDelayMs * 2 ** Math.min(failures - 1, 30));
  return askedMs + Math.round(ceiling * random);
}

/** Rejects with the reason of the signal as soon as it is aborted. */
export function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) return reject(reasonOf(signal));
    const stop = (): void => {
      endTimer();
      if (signal !== undefined) reject(reasonOf(signal));
    };
    const endTimer = timerOf(ms, () => {
      signal?.removeEventListener("abort", stop);
      resolve();
    });
    signal?.addEventListener("abort", stop, { once: true });
  });
}

/** Whoever aborts may give any value as a reason. */
function reasonOf({ reason }: AbortSignal): Error {
  return reason instanceof Error ? reason : new Error(String(reason), { cause: reason });
}
