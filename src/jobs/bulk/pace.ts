import { setTimeout as delay } from "node:timers/promises";

/** However long a piece took, the next one begins after so long, in ms. */
const longestPauseMs = 250;

/** Leaves the store to others for as long as it was used: what many jobs are waiting for goes on beside starts, not before them. */
export class Pace {
  #pauseMs = 0;

  async during(piece: () => Promise<void>): Promise<void> {
    if (this.#pauseMs > 0) await delay(this.#pauseMs);
    const begun = performance.now();
    await piece();
    this.#pauseMs = Math.min(longestPauseMs, performance.now() - begun);
  }
}
