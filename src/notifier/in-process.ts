import type { Hint, Notifier } from "./notifier.ts";

type Listener = (hint: Hint) => void;

/** Hints for subscribers in the same process, told at once. */
export class InProcessNotifier implements Notifier {
  readonly #listeners = new Set<Listener>();

  publish(hint: Hint): void {
    for (const listener of [...this.#listeners]) tell(listener, hint);
  }

  subscribe(listener: Listener): () => void {
    const own: Listener = (hint) => listener(hint); // one listener may subscribe twice
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  async close(): Promise<void> {
    this.#listeners.clear();
  }
}

/** A fault of one listener is not one of the publisher, nor of the next listener. */
function tell(listener: Listener, hint: Hint): void {
  try {
    listener(hint);
  } catch (error) {
    process.emitWarning(error instanceof Error ? error : new Error(String(error)));
  }
}
