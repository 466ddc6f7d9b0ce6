/** Wakes the one who waits on it. A ring that nobody waits for is kept for the next wait, however often it rang. */
export class Bell {
  #rung = false;
  #wake: (() => void) | undefined;

  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  /** Resolves when it has rung since the last wait ended, or after so many milliseconds: whether it rang. */
  async rung(withinMs: number): Promise<boolean> {
    if (!this.#rung) await this.#ringWithin(withinMs);
    const rung = this.#rung;
    this.#rung = false;
    return rung;
  }

  async #ringWithin(withinMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, withinMs);
    this.#wake = resolve;
    await promise;
    clearTimeout(timer);
    this.#wake = undefined;
  }
}
