/** Places for running attempts. Given out first come, first served; waiting for one costs a function. */
export class Slots {
  #free: number;
  readonly capacity: number;
  readonly #waiting: (() => void)[] = [];
  readonly #freed: () => void;

  /** `freed` is called whenever a slot is free that nobody waited for. */
  constructor(capacity: number, freed: () => void) {
    this.capacity = capacity;
    this.#free = capacity;
    this.#freed = freed;
  }

  /** Slots that neither are taken nor have somebody waiting. */
  get free(): number {
    return this.#free;
  }

  tryTake(count = 1): boolean {
    if (this.#free < count) return false;
    this.#free -= count;
    return true;
  }

  /** Calls back once a slot has been taken for the caller: at once where one is free. */
  whenTaken(granted: () => void): void {
    if (this.tryTake()) granted();
    else this.#waiting.push(granted);
  }

  give(): void {
    const next = this.#waiting.shift();
    if (next !== undefined) return next();
    this.#free += 1;
    this.#freed();
  }
}
