import type { JobId } from "../model/ids.ts";

/** A wake-up between processes. It may be lost, doubled or late; nothing but latency may depend on it. */
export type Hint =
  /** Jobs may be ready. */
  | { readonly kind: "ready" }
  /** A job changed under its worker: cancelled or timed out. */
  | { readonly kind: "revoked"; readonly jobId: JobId }
  /** Anything may have changed (the bus knows no more). */
  | { readonly kind: "changed" };

export interface Notifier {
  /** Never throws, never waits. */
  publish(hint: Hint): void;
  /** Answers a function that ends the subscription. */
  subscribe(listener: (hint: Hint) => void): () => void;
  close(): Promise<void>;
}

/** The subscribers of one process: the part that every notifier has. */
export class Subscribers {
  readonly #listeners = new Set<(hint: Hint) => void>();
  #closed = false;

  add(listener: (hint: Hint) => void): () => void {
    const own = (hint: Hint): void => listener(hint); // the same listener may subscribe twice
    if (!this.#closed) this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  /** Tells everybody at once. A fault of one listener is neither the publisher's nor the next listener's. */
  tell(hint: Hint): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(hint);
      } catch (error) {
        process.emitWarning(error instanceof Error ? error : new Error(String(error)));
      }
    }
  }

  /** Nobody is told any more. */
  close(): void {
    this.#closed = true;
    this.#listeners.clear();
  }
}
