import type { Log } from "../model/log.ts";
import type { StoreHealth } from "../store/store.ts";

/** From when on jobs that nobody takes are worth a word. */
export const waitingTooLongMs = 30_000;

/** What is wrong where jobs wait and no worker lives; undefined where nothing is. */
export function waitingWarning(health: StoreHealth, nowMs: number): string | undefined {
  if (health.waitingSince === undefined || health.liveWorkers > 0) return undefined;
  const waitedMs = nowMs - health.waitingSince;
  if (waitedMs < waitingTooLongMs) return undefined;
  return `Jobs have been waiting for ${Math.floor(waitedMs / 1000)} s and no worker is running: start one with "workflows worker", or use "workflows standalone"`;
}

/** Says so in the log, once for as long as it lasts. */
export class WaitingWatch {
  readonly #log: Log;
  #said = false;

  constructor(log: Log) {
    this.#log = log;
  }

  look(health: StoreHealth, nowMs: number): void {
    const warning = waitingWarning(health, nowMs);
    if (warning !== undefined && !this.#said) this.#log.warn({ since: health.waitingSince }, warning);
    this.#said = warning !== undefined;
  }
}
