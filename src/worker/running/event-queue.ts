import type { Event } from "../../model/decision/event.ts";

interface Waiting {
  readonly event: Event;
  readonly decided: () => void;
}

/** The events of one job on their way to the store, one commit at a time: those that arrive during one ride the next. */
export class EventQueue {
  readonly #commit: (events: readonly Event[]) => Promise<void>;
  readonly #drained: () => void;
  #waiting: Waiting[] = [];
  #committing = false;

  /** `commit` never rejects; `drained` is called when nothing is left to commit. */
  constructor(commit: (events: readonly Event[]) => Promise<void>, drained: () => void) {
    this.#commit = commit;
    this.#drained = drained;
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
      const batch = this.#waiting.splice(0);
      await this.#commit(batch.map(({ event }) => event));
      for (const { decided } of batch) decided();
    }
    this.#committing = false;
    this.#drained();
  }
}
