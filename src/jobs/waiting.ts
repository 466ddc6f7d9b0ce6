import type { StoreHealth } from "../store/store.ts";

/** From when on jobs that nobody takes are worth a word. */
const waitingTooLongMs = 30_000;

/** How long jobs have been ready, where no worker lives to take them and it is too long; undefined where nothing is wrong. */
export function waitedWithoutWorkerMs({ waitingSince, liveWorkers }: StoreHealth, nowMs: number): number | undefined {
  if (waitingSince === undefined || liveWorkers > 0) return undefined;
  const waitedMs = nowMs - waitingSince;
  return waitedMs < waitingTooLongMs ? undefined : waitedMs;
}
