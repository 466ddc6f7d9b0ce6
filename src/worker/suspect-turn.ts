/** Longest wait of a worker, once it knows of ready suspects, before it stops claiming for them: by chance, so that one of many does it first. */
const patienceMs = 500;

/** How long the worker then claims nothing, the first time; doubled each time it has not become empty meanwhile. */
const firstRoomMs = 2000;

/** Longer than the tasks that run longest: in the end such a room makes every worker empty. */
const longestRoomMs = 4 * 3_600_000;

/**
 * When a worker makes room for jobs beside which nothing healthy may run. Another worker may have taken them long since, which only
 * a claim tells: so the worker claims again after a while, for at least as long as it made room, and if they wait still, makes room
 * for twice as long. Neither the healthy nor the suspects are kept waiting for ever, however long the jobs run that it has in hand.
 */
export class SuspectTurn {
  readonly #random: () => number;
  #waiting = false;
  /** When the room begins, or began; absent until it is first asked for. */
  #roomFrom: number | undefined;
  #roomMs = firstRoomMs;
  /** Until then the worker claims as usual. */
  #claimsUntil = 0;

  /** `random`: at least 0, under 1. */
  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  /** As far as this worker knows, suspects are ready. */
  get waiting(): boolean {
    return this.#waiting;
  }

  /** A claim of healthy jobs said whether suspects are ready. */
  learn(ready: boolean): void {
    if (!ready) this.#startOver();
    this.#waiting = ready;
  }

  /** A claim of suspects gave so many, and said whether more are ready. Where it gave none, only the next claim of others is believed. */
  given(count: number, ready: boolean): void {
    if (count > 0) this.#startOver();
    this.#waiting = ready && count > 0;
  }

  /** Nothing else should be claimed now, while there would be a slot for it; monotonic ms. */
  makesRoom(nowMs: number): boolean {
    if (!this.#waiting) return false;
    this.#roomFrom ??= Math.max(nowMs, this.#claimsUntil) + this.#random() * patienceMs;
    if (nowMs < this.#roomFrom + this.#roomMs) return nowMs >= this.#roomFrom;
    this.#waiting = false;
    this.#roomFrom = undefined;
    this.#claimsUntil = nowMs + this.#roomMs * (1 + this.#random());
    this.#roomMs = Math.min(longestRoomMs, this.#roomMs * 2);
    return false;
  }

  /** What the worker has in hand is given back as soon as it can be: in the first room only, as what runs then may run for hours. */
  empties(nowMs: number): boolean {
    return this.makesRoom(nowMs) && this.#roomMs === firstRoomMs;
  }

  #startOver(): void {
    this.#roomFrom = undefined;
    this.#roomMs = firstRoomMs;
    this.#claimsUntil = 0;
  }
}
