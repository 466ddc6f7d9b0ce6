/** How long those who held or wanted a slot count as there, in ms: for them a few slots are kept free. */
const rememberedMs = 60_000;

/** Workers with fewer slots keep none for others. */
const keepsFrom = 4;

interface Seen {
  readonly name: string;
  readonly at: number;
}

/**
 * How many slots each of many holds, and how many it may: the workflows of a worker's jobs, or the targets that they call. While others
 * wait, half; while others were there lately, all but a few, so that the next of them finds a slot at once, however long the tasks take
 * that hold the rest; else all.
 */
export class Shares {
  readonly #capacity: number;
  /** Kept for others. */
  readonly #kept: number;
  readonly #most: number;
  readonly #now: () => number;
  readonly #held = new Map<string, number>();
  readonly #waiting = new Map<string, number>();
  #waitingInAll = 0;
  /** The last one seen, and the last one before it that was another. */
  #latest: Seen | undefined;
  #other: Seen | undefined;

  /** `kept`: the share of the slots that is kept for others who were there lately. `now` is a monotonic clock, in ms. `most`: no one ever holds more. */
  constructor(capacity: number, kept: number, now: () => number, most = capacity) {
    this.#capacity = capacity;
    this.#kept = capacity < keepsFrom ? 0 : Math.max(1, Math.floor(capacity * kept));
    this.#most = most;
    this.#now = now;
  }

  /** Names of those who hold slots. */
  get holders(): Iterable<string> {
    return this.#held.keys();
  }

  /** More than one was there lately. */
  get isShared(): boolean {
    return this.#other !== undefined && this.#isLately(this.#other);
  }

  /** Others than it wait here. */
  othersWait(name: string): boolean {
    return this.#waitingInAll > this.waiting(name);
  }

  /** How many more slots it may take; not above 0 where none. */
  room(name: string, othersWait = this.othersWait(name)): number {
    return this.#limit(name, othersWait) - this.held(name);
  }

  /** It has as many as it ever may: more free slots are none for it. */
  holdsMost(name: string): boolean {
    return this.held(name) >= this.#most;
  }

  /** It may take none, although it does not have all. */
  isHeld(name: string): boolean {
    const limit = this.#limit(name, this.othersWait(name));
    return limit < this.#capacity && this.held(name) >= limit;
  }

  held(name: string): number {
    return this.#held.get(name) ?? 0;
  }

  take(name: string): void {
    add(this.#held, name, 1);
    this.#see(name);
  }

  give(name: string): void {
    add(this.#held, name, -1);
  }

  wait(name: string): void {
    add(this.#waiting, name, 1);
    this.#waitingInAll += 1;
    this.#see(name);
  }

  waitNoMore(name: string): void {
    add(this.#waiting, name, -1);
    this.#waitingInAll -= 1;
  }

  waiting(name: string): number {
    return this.#waiting.get(name) ?? 0;
  }

  #limit(name: string, othersWait: boolean): number {
    return Math.min(this.#most, this.#share(name, othersWait));
  }

  #share(name: string, othersWait: boolean): number {
    if (othersWait) return Math.max(1, Math.floor(this.#capacity / 2));
    const other = this.#latest?.name === name ? this.#other : this.#latest;
    const isAlone = other === undefined || !this.#isLately(other);
    return isAlone ? this.#capacity : this.#capacity - this.#kept;
  }

  #isLately({ at }: Seen): boolean {
    return this.#now() - at <= rememberedMs;
  }

  #see(name: string): void {
    if (this.#latest !== undefined && this.#latest.name !== name) this.#other = this.#latest;
    this.#latest = { name, at: this.#now() };
  }
}

function add(counts: Map<string, number>, name: string, by: 1 | -1): void {
  const count = (counts.get(name) ?? 0) + by;
  if (count === 0) counts.delete(name);
  else counts.set(name, count);
}
