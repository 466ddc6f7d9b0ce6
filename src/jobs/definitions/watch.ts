import type { Log } from "../../model/log.ts";
import type { Hint, Notifier } from "../../notifier/notifier.ts";
import type { Catalog } from "../catalog.ts";

/** Where a bus tells no more than that something was written, the store is asked for new definitions no more often than this. */
const lookEveryMs = 250;

/** Learns of definitions that other processes store as soon as hints tell of them. What no hint told of, a sweep finds. */
export class DefinitionWatch {
  readonly #catalog: Catalog;
  readonly #log: Log;
  readonly #end: () => void;
  #timer: NodeJS.Timeout | undefined;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #looks = Promise.resolve();
  #stopped = false;

  constructor(catalog: Catalog, notifier: Notifier, log: Log) {
    this.#catalog = catalog;
    this.#log = log;
    this.#end = notifier.subscribe((hint) => this.#hear(hint));
    this.#lookSoon(); // what came since the catalog was filled
  }

  /** Resolves when nothing is asked any more: at most one look is waited for, however many were to follow it. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#end();
    clearTimeout(this.#timer);
    await this.#looks;
  }

  #hear(hint: Hint): void {
    if (hint.kind === "defined") this.#look(() => this.#catalog.lookUp(hint.workflow));
    else if (hint.kind === "changed") this.#lookSoon();
  }

  #lookSoon(): void {
    if (this.#timer !== undefined) return;
    const restMs = this.#lookedAt + lookEveryMs - performance.now();
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        this.#lookedAt = performance.now();
        this.#look(() => this.#catalog.refreshIfChanged());
      },
      Math.max(0, restMs),
    ).unref();
  }

  /** One after the other. Never rejects. */
  #look(look: () => Promise<void>): void {
    this.#looks = this.#looks
      .then(() => (this.#stopped ? undefined : look()))
      .catch((error: unknown) => {
        this.#log.warn({ err: error }, "new definitions could not be looked for");
      });
  }
}
