/** How often a wait looks whether it is in vain. */
const lookMs = 100;

export interface Waiting {
  readonly withinMs: number;
  /** True where no answer will come, though nobody says so. */
  readonly broken?: () => boolean;
}

/** A span of work that others may end, whatever it waits for just then. It waits for one thing at a time. */
export class Life {
  #ended: { readonly error: unknown } | undefined;
  #interrupt: ((error: unknown) => void) | undefined;

  /** Whoever waits is rejected with this error, and so is whoever waits from now on. */
  end(error: unknown): void {
    this.#ended ??= { error };
    this.#interrupt?.(error);
  }

  /** What the promise gives, if in time; what it gives later nobody hears. Keeps no process alive. */
  async answer<T>(promise: Promise<T>, { withinMs, broken = () => false }: Waiting): Promise<T> {
    const { promise: answer, resolve, reject } = Promise.withResolvers<T>();
    promise.then(resolve, reject);
    if (this.#ended !== undefined) reject(this.#ended.error);
    this.#interrupt = reject;
    const until = performance.now() + withinMs;
    let looksBroken = false;
    const looks = setInterval(() => {
      if (looksBroken) reject(new Error("The connection to the server broke"));
      if (performance.now() > until) reject(new Error(`The server did not answer within ${withinMs} ms`));
      looksBroken = broken(); // not at once: the answer, or what broke it, may be on its way
    }, lookMs).unref();
    try {
      return await answer;
    } finally {
      clearInterval(looks);
    }
  }
}
