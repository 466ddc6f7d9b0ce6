import { randomBytes } from "node:crypto";
import type { Hint, Notifier } from "./notifier.ts";

/** Hints for subscribers in the same process, told at once: the part that every notifier has. */
export class InProcessNotifier implements Notifier {
  readonly address = randomBytes(8).toString("hex");
  /** No hint of another process ever arrives here. */
  readonly healthy = false;
  readonly #listeners = new Set<(hint: Hint) => void>();
  #closed = false;

  /** Tells everybody. A fault of one listener is neither the publisher's nor the next listener's. */
  publish(hint: Hint): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(hint);
      } catch (error) {
        process.emitWarning(error instanceof Error ? error : new Error(String(error)));
      }
    }
  }

  subscribe(listener: (hint: Hint) => void): () => void {
    const own = (hint: Hint): void => listener(hint); // the same listener may subscribe twice
    if (!this.#closed) this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  /** Nobody is told any more. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#listeners.clear();
  }
}
