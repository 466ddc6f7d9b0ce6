/** A start that waits so long without any room becoming free, in ms, has waited in vain. */
const patienceMs = 100;

/** Longest that a start waits, on top of its durable write, while room does become free and others are before it; in ms. */
export const longestWaitMs = 250;

/** More than these do not wait: they come faster than the fleet can take them. */
const longestQueue = 256;

/** After one has waited in vain, one start in so many ms tries again whether waiting is worth it. */
const doubtMs = 1000;

interface Waiting {
  readonly since: number;
  readonly done: () => void;
  timer: NodeJS.Timeout;
}

/** Starts that wait for room in the fleet, first come, first served; as long as experience says that it comes within a moment. */
export class RoomQueue {
  readonly #waiting = new Set<Waiting>();
  #admittedAt = Number.NEGATIVE_INFINITY;
  /** Since when nobody waits; undefined while it is worth it. Monotonic ms. */
  #doubtsSince: number | undefined;

  /** Resolves when it is this one's turn or its patience is over; undefined where waiting has proved useless lately. */
  wait(): Promise<void> | undefined {
    if (!this.#isWorthIt()) return undefined;
    return new Promise((done) => {
      const waiting: Waiting = { since: performance.now(), done, timer: this.#look(() => this.#impatient(waiting)) };
      this.#waiting.add(waiting);
    });
  }

  /** There is room for so many. */
  admit(room: number): void {
    let left = room;
    for (const waiting of this.#waiting) {
      if (left <= 0) return;
      left -= 1;
      this.#admittedAt = performance.now();
      this.#doubtsSince = undefined;
      this.#leave(waiting);
    }
  }

  #look(then: () => void): NodeJS.Timeout {
    return setTimeout(then, patienceMs);
  }

  #impatient(waiting: Waiting): void {
    const now = performance.now();
    const roomComes = now - this.#admittedAt < patienceMs;
    if (roomComes && now - waiting.since < longestWaitMs - patienceMs) {
      waiting.timer = this.#look(() => this.#impatient(waiting));
      return;
    }
    if (!roomComes) this.#doubtsSince = now;
    this.#leave(waiting);
  }

  #leave(waiting: Waiting): void {
    clearTimeout(waiting.timer);
    this.#waiting.delete(waiting);
    waiting.done();
  }

  #isWorthIt(): boolean {
    if (this.#doubtsSince === undefined) return this.#waiting.size < longestQueue;
    if (this.#waiting.size > 0 || performance.now() - this.#doubtsSince < doubtMs) return false;
    this.#doubtsSince = performance.now(); // this one tries; the others do not wait for what it learns
    return true;
  }
}
