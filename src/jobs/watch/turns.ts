/** Whoever has a turn gives it back. */
export interface Turn {
  /** It was long, and others wait; or it was taken away already, from one who could not give it back. */
  readonly isOver: boolean;
  end(): void;
}

interface Taken {
  readonly since: number;
}

/** Lets a few at a time do what many want to, as they came. */
export class Turns {
  readonly #atOnce: number;
  readonly #longestMs: number;
  /** The oldest first. */
  readonly #taken = new Set<Taken>();
  readonly #waiting = new Set<() => void>();

  /** `longestMs`: before that a turn is not over, whoever waits. */
  constructor(atOnce: number, longestMs: number) {
    this.#atOnce = atOnce;
    this.#longestMs = longestMs;
  }

  /** Undefined where for so many milliseconds none was free, or the signal is aborted before. */
  async next(withinMs: number, signal: AbortSignal): Promise<Turn | undefined> {
    if (signal.aborted) return undefined;
    const [oldest] = this.#taken;
    if (this.#taken.size >= this.#atOnce && oldest !== undefined && this.#isLong(oldest)) this.#taken.delete(oldest);
    return this.#taken.size < this.#atOnce ? this.#take() : this.#called(withinMs, signal);
  }

  async #called(withinMs: number, signal: AbortSignal): Promise<Turn | undefined> {
    const { promise, resolve } = Promise.withResolvers<Turn | undefined>();
    const call = (): void => resolve(this.#take());
    const leave = (): void => {
      if (this.#waiting.delete(call)) resolve(undefined);
    };
    this.#waiting.add(call);
    const timer = setTimeout(leave, withinMs);
    signal.addEventListener("abort", leave, { once: true });
    const turn = await promise;
    clearTimeout(timer);
    signal.removeEventListener("abort", leave);
    return turn;
  }

  #take(): Turn {
    const taken: Taken = { since: performance.now() };
    this.#taken.add(taken);
    const isOver = (): boolean => !this.#taken.has(taken) || (this.#waiting.size > 0 && this.#isLong(taken));
    const end = (): void => {
      if (this.#taken.delete(taken)) this.#callNext();
    };
    return {
      get isOver() {
        return isOver();
      },
      end,
    };
  }

  #callNext(): void {
    const [call] = this.#waiting;
    if (call === undefined) return;
    this.#waiting.delete(call);
    call();
  }

  #isLong({ since }: Taken): boolean {
    return performance.now() - since >= this.#longestMs;
  }
}
