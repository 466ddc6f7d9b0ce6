/** Places for running attempts. Given out first come, first served; waiting for one costs a function. */
export class Slots {
  #free: number;
  readonly capacity: number;
  readonly #waiting: (() => boolean)[] = [];
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

  get allFree(): boolean {
    return this.#free === this.capacity;
  }

  tryTake(count = 1): boolean {
    if (this.#free < count) return false;
    this.#free -= count;
    return true;
  }

  /** Takes as many as are free, at most `count`; answers how many. */
  takeUpTo(count: number): number {
    const taken = Math.min(count, this.#free);
    this.#free -= taken;
    return taken;
  }

  /** Offers a slot, at once where one is free, else when one is given back; `offer` answers whether it takes it. */
  whenFree(offer: () => boolean): void {
    if (!this.tryTake()) this.#waiting.push(offer);
    else if (!offer()) this.give();
  }

  give(): void {
    for (let offer = this.#waiting.shift(); offer !== undefined; offer = this.#waiting.shift()) if (offer()) return;
    this.#free += 1;
    this.#freed();
  }
}
