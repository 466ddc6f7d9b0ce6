/** How long a start may take. The time stands still while something runs that is no sign of trouble however long it takes. */
export class StartLimit {
  readonly #over = Promise.withResolvers<never>();
  readonly #error: () => Error;
  #leftMs: number;
  #runningSince: number | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** `error`: what a start fails with that takes longer. */
  constructor(withinMs: number, error: () => Error) {
    this.#leftMs = withinMs;
    this.#error = error;
  }

  /** Throws the error when the time is over; what `work` does later is of no account. */
  async inTime<T>(work: Promise<T>): Promise<T> {
    this.#resume();
    try {
      return await Promise.race([work, this.#over.promise]);
    } finally {
      this.#pause();
      work.catch(() => undefined); // told already
    }
  }

  /** For a part of what runs in time: its own time does not count. */
  async uncounted<T>(work: () => Promise<T>): Promise<T> {
    this.#pause();
    try {
      return await work();
    } finally {
      this.#resume();
    }
  }

  #resume(): void {
    this.#runningSince = performance.now();
    this.#timer = setTimeout(() => this.#over.reject(this.#error()), Math.max(1, this.#leftMs));
  }

  #pause(): void {
    clearTimeout(this.#timer);
    if (this.#runningSince !== undefined) this.#leftMs -= performance.now() - this.#runningSince;
    this.#runningSince = undefined;
  }
}
