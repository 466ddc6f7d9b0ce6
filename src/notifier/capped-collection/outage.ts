import type { Log } from "../../model/log.ts";
import { NotCapped } from "./bus-collection.ts";

/** Tells of each interruption of the bus once, and of its end; counts what was lost meanwhile. */
export class Outage {
  readonly #collection: string;
  readonly #log: Log;
  #sinceMs: number | undefined;
  #lostMessages = 0;

  constructor(collection: string, log: Log) {
    this.#collection = collection;
    this.#log = log;
  }

  /** Hints cannot be sent or read at present. */
  failed(error: unknown): void {
    if (this.#sinceMs !== undefined) return;
    this.#sinceMs = performance.now();
    const text =
      error instanceof NotCapped
        ? "the collection for hints between processes is not capped and stays as it is: until it is, each finds its work by looking"
        : "hints between processes are interrupted: until they are back, each finds its work by looking";
    this.#log.warn({ collection: this.#collection, err: error }, text);
  }

  /** So many documents were not sent. */
  lost(messages: number): void {
    this.#lostMessages += messages;
  }

  /** They can again. */
  over(): void {
    if (this.#sinceMs === undefined) return;
    const fields = {
      collection: this.#collection,
      interruptedMs: Math.round(performance.now() - this.#sinceMs),
      lostMessages: this.#lostMessages,
    };
    this.#sinceMs = undefined;
    this.#lostMessages = 0;
    this.#log.info(fields, "hints between processes are back");
  }
}
