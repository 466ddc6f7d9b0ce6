import { type Hint, type Notifier, Subscribers } from "./notifier.ts";

/** Hints for subscribers in the same process, told at once. */
export class InProcessNotifier implements Notifier {
  readonly #subscribers = new Subscribers();

  publish(hint: Hint): void {
    this.#subscribers.tell(hint);
  }

  subscribe(listener: (hint: Hint) => void): () => void {
    return this.#subscribers.add(listener);
  }

  async close(): Promise<void> {
    this.#subscribers.close();
  }
}
