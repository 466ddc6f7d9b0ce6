/** How long ready suspects wait for this worker to be empty by itself, before it stops claiming for them. */
const patienceMs = 5000;

/** How long the worker then claims nothing, the first time; doubled each time it has not become empty meanwhile. */
const firstRoomMs = 30_000;

const longestRoomMs = 3_600_000;

/**
 * When a worker makes room for jobs that must run alone. Another worker may have taken them long since, which only a claim
 * tells: so the worker claims again after a while, and if they wait still, makes room for twice as long.
 */
export class SuspectTurn {
  #since: number | undefined;
  #roomMs = firstRoomMs;

  /** As far as this worker knows, suspects are ready. */
  get waiting(): boolean {
    return this.#since !== undefined;
  }

  /** A claim said whether suspects are ready; monotonic ms. */
  learn(ready: boolean, nowMs: number): void {
    if (ready) {
      this.#since ??= nowMs;
      return;
    }
    this.#since = undefined;
    this.#roomMs = firstRoomMs;
  }

  /** None was given although they seemed ready: known again only by the next claim of others. */
  noneGiven(): void {
    this.#since = undefined;
  }

  /** Nothing else should be claimed now. */
  makesRoom(nowMs: number): boolean {
    if (this.#since === undefined) return false;
    const madeForMs = nowMs - this.#since - patienceMs;
    if (madeForMs < this.#roomMs) return madeForMs >= 0;
    this.#since = undefined;
    this.#roomMs = Math.min(longestRoomMs, this.#roomMs * 2);
    return false;
  }
}
