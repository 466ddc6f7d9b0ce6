/** Longest delay that a timer of the runtime can take. */
const maxTimerMs = 2 ** 31 - 1;

/** Rings when the store's clock shows a time, however far away that is. */
export class Alarm {
  readonly #nowMs: () => number;
  readonly #ring: () => void;
  #timer: NodeJS.Timeout | undefined;

  /** `nowMs`: the store's clock. */
  constructor(nowMs: () => number, ring: () => void) {
    this.#nowMs = nowMs;
    this.#ring = ring;
  }

  /** Instead of the time that was set before. */
  set(atMs: number): void {
    this.clear();
    this.#timer = setTimeout(
      () => {
        if (this.#nowMs() < atMs)
          this.set(atMs); // timers and the store's clock differ by a little
        else this.#ring();
      },
      Math.max(1, Math.min(atMs - this.#nowMs(), maxTimerMs)),
    );
  }

  clear(): void {
    clearTimeout(this.#timer);
  }
}
