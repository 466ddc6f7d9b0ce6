/** A clock that stands still when a test says so, and goes on from where it stands or from later: what a test sees before a moment does not hang on how fast it is. */
export class TestClock {
  #aheadMs = 0;
  #stoppedAt: number | undefined;

  /** Milliseconds to add to what the machine's clock shows. */
  readonly offsetMs = (machineMs: number): number =>
    this.#stoppedAt === undefined ? this.#aheadMs : this.#stoppedAt - machineMs;

  stop(): void {
    this.#stoppedAt ??= Date.now() + this.#aheadMs;
  }

  /** Moves it on; one that stands still does so again. */
  pass(ms: number): void {
    if (this.#stoppedAt === undefined) this.#aheadMs += ms;
    else this.#stoppedAt += ms;
  }
}
