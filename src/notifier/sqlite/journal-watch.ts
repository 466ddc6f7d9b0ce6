import { type FSWatcher, watch } from "node:fs";
import { basename, dirname } from "node:path";

/** With more events than this between two calls of `tick`, watching costs more than it tells. */
const tooManyEvents = 100;

/** How long it then rests, and how long after a failure of the system's watch. */
const restMs = 1000;

/**
 * Tells that the journal of a database was written, by any process, this one too. The folder is watched, so that a journal
 * that is removed and made anew is still seen. Keeps no process alive.
 */
export class JournalWatch {
  readonly #folder: string;
  readonly #journal: string;
  readonly #changed: () => void;
  #watcher: FSWatcher | undefined;
  #events = 0;
  #restsUntil = 0;

  constructor(databasePath: string, changed: () => void) {
    this.#folder = dirname(databasePath);
    this.#journal = `${basename(databasePath)}-wal`;
    this.#changed = changed;
    this.#start();
  }

  /** Whether nothing is told at the moment. */
  get resting(): boolean {
    return this.#watcher === undefined;
  }

  /** To be called from time to time: counts the events anew, and watches again when the rest is over. */
  tick(): void {
    this.#events = 0;
    if (this.resting && performance.now() >= this.#restsUntil) this.#start();
  }

  close(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
    this.#restsUntil = Number.POSITIVE_INFINITY;
  }

  #start(): void {
    try {
      this.#watcher = watch(this.#folder, { persistent: false }, (_event, name) => {
        if (name === null || name === this.#journal) this.#count();
      });
      this.#watcher.on("error", () => this.#rest());
    } catch {
      this.#rest(); // the system's watches are used up, or it has none
    }
  }

  #count(): void {
    if (++this.#events > tooManyEvents) this.#rest();
    else this.#changed();
  }

  #rest(): void {
    this.close();
    this.#restsUntil = performance.now() + restMs;
  }
}
