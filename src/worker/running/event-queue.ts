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
  /** How many attempts of the job are under way. */
  openAttempts(): number;
}

/**
 * Of many branches the results come thick and fast, and each commit writes the job's document: it waits for more of them, in ms, the longer the more are
 * open. No attempt waits for it: those that ended gave their slots to the next.
 */
const manyBranches = 8;
const pauseMs = { least: 10, most: 50, perBranch: 0.05 };

function pauseFor(branches: number): number {
  return branches <= manyBranches ? 0 : Math.min(pauseMs.most, pauseMs.least + branches * pauseMs.perBranch);
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
      const waitMs = pauseFor(this.#host.openAttempts());
      if (waitMs > 0) await delay(waitMs);
      const batch = this.#waiting.splice(0);
      await this.#host.commit(batch.map(({ event }) => event));
      for (const { decided } of batch) decided();
    }
    this.#committing = false;
    this.#host.drained();
  }
}
