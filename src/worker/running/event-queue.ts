import { setTimeout as delay } from "node:timers/promises";
import type { Event } from "../../model/decision/event.ts";

interface Waiting {
  readonly event: Event;
  readonly decided: () => void;
}

export interface EventQueueHost {
  /** Never rejects. */
  commit(events: readonly Event[]): Promise<void>;
  /** Nothing is left to commit. */
  drained(): void;
  /** How long a commit waits for more events that are about to come, in ms. */
  pauseMs(): number;
}

/** The events of one job on their way to the store, one commit at a time: those that arrive during one ride the next. */
export class EventQueue {
  readonly #host: EventQueueHost;
  #waiting: Waiting[] = [];
  #committing = false;

  constructor(host: EventQueueHost) {
    this.#host = host;
  }

  get committing(): boolean {
    return this.#committing;
  }

  /** Resolves when the event is decided: committed, ignored, or beyond what the store takes now. */
  add(event: Event): Promise<void> {
    return new Promise((decided) => {
      this.#waiting.push({ event, decided });
      if (!this.#committing) void this.#drain();
    });
  }

  async #drain(): Promise<void> {
    this.#committing = true;
    while (this.#waiting.length > 0) {
      const pauseMs = this.#host.pauseMs();
      if (pauseMs > 0) await delay(pauseMs);
      const batch = this.#waiting.splice(0);
      await this.#host.commit(batch.map(({ event }) => event));
      for (const { decided } of batch) decided();
    }
    this.#committing = false;
    this.#host.drained();
  }
}
