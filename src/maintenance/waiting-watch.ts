import { waitedWithoutWorkerMs } from "../jobs/waiting.ts";
import type { Log } from "../model/log.ts";
import type { StoreHealth } from "../store/store.ts";

/** Says in the log that jobs wait and no worker lives, once for as long as it lasts. */
export class WaitingWatch {
  readonly #log: Log;
  #said = false;

  constructor(log: Log) {
    this.#log = log;
  }

  look(health: StoreHealth, nowMs: number): void {
    const waitedMs = waitedWithoutWorkerMs(health, nowMs);
    if (waitedMs !== undefined && !this.#said)
      this.#log.warn(
        { since: health.waitingSince },
        `Jobs have been waiting for ${Math.floor(waitedMs / 1000)} s and no worker is running: start one with "workflows worker", or use "workflows standalone"`,
      );
    this.#said = waitedMs !== undefined;
  }
}
