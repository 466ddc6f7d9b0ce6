import type { Housekeeping } from "../store/store.ts";

/** The store's clock was read at some moment between sending and receiving. */
export interface ClockReading {
  /** What the store answered: whole ms since the epoch. */
  readonly storeMs: number;
  /** Both on this process's monotonic clock (`performance.now`), in ms. */
  readonly sentMs: number;
  readonly receivedMs: number;
}

/** So many readings at the start; the one with the shortest round trip is the best (Cristian, "Probabilistic clock synchronization", 1989). */
const firstReadings = 3;

/** A whole ms may be almost over when it is read. */
const resolutionMs = 1;

/**
 * The store's clock, carried on by this process's monotonic clock: a step of the machine's clock moves nothing. A reading corrects it only
 * as far as it must be wrong, so that a slow answer does not move it. Clock filter by intervals: Marzullo, 1984.
 */
export class StoreClock {
  readonly #housekeeping: Pick<Housekeeping, "clock">;
  /** The store's time minus the monotonic clock's. */
  #offsetMs: number;

  private constructor(housekeeping: Pick<Housekeeping, "clock">, { storeMs, sentMs, receivedMs }: ClockReading) {
    this.#housekeeping = housekeeping;
    this.#offsetMs = storeMs + resolutionMs / 2 - (sentMs + receivedMs) / 2;
  }

  /** Throws what the store throws when it cannot be read. */
  static async startedFrom(housekeeping: Pick<Housekeeping, "clock">): Promise<StoreClock> {
    let best = await reading(housekeeping);
    for (let more = 1; more < firstReadings; more += 1) {
      const next = await reading(housekeeping);
      if (next.receivedMs - next.sentMs < best.receivedMs - best.sentMs) best = next;
    }
    return new StoreClock(housekeeping, best);
  }

  /** Whole ms since the epoch. */
  get nowMs(): number {
    return Math.floor(performance.now() + this.#offsetMs);
  }

  /** Asks the store and corrects itself: for processes that do not beat. */
  async look(): Promise<void> {
    this.correct(await reading(this.#housekeeping));
  }

  readonly correct = ({ storeMs, sentMs, receivedMs }: ClockReading): void => {
    const atLeast = storeMs - receivedMs;
    const atMost = storeMs + resolutionMs - sentMs;
    this.#offsetMs = Math.max(atLeast, Math.min(atMost, this.#offsetMs));
  };
}

async function reading(housekeeping: Pick<Housekeeping, "clock">): Promise<ClockReading> {
  const sentMs = performance.now();
  const storeMs = await housekeeping.clock();
  return { storeMs, sentMs, receivedMs: performance.now() };
}
