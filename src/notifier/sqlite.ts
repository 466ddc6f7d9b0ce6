import { type FSWatcher, watch } from "node:fs";
import { basename, dirname } from "node:path";
import { type Hint, type Notifier, Subscribers } from "./notifier.ts";

/** Between two looks at the file while others write to it, and while they do not. */
const busyPollMs = 25;
const idlePollMs = 250;

/** Others count as writing for so long after a change of theirs. */
const busyForMs = 1000;

/** The watched journal changes with every write of this process too: not more than one look in this time. */
const shortestPauseMs = 5;

/** With more events than this between two idle polls, watching costs more than it tells: polls alone, for a while. */
const tooManyEvents = 100;
const restMs = 1000;

export interface SqliteNotifierOptions {
  /** The database file. */
  readonly path: string;
  /** A number that changes when another connection has written to the file (`SqliteStore.dataVersion`). */
  dataVersion(): Promise<number>;
}

/**
 * Hints between processes that share a database file, with nothing but the file: the journal is watched, which wakes within
 * milliseconds, and the data version is polled in case the watch says nothing. Others learn that something was written, not what.
 * Keeps no process alive.
 */
export class SqliteNotifier implements Notifier {
  readonly #subscribers = new Subscribers();
  readonly #dataVersion: () => Promise<number>;
  readonly #folder: string;
  readonly #journal: string;
  #watcher: FSWatcher | undefined;
  #events = 0;
  #restsUntil = 0;
  #poll: NodeJS.Timeout | undefined;
  #soon: NodeJS.Timeout | undefined;
  #looking = false;
  #again = false;
  #lookedAt = 0;
  #changedAt = Number.NEGATIVE_INFINITY;
  #known: number | undefined;
  #closed = false;

  constructor({ path, dataVersion }: SqliteNotifierOptions) {
    this.#dataVersion = dataVersion;
    this.#folder = dirname(path);
    this.#journal = `${basename(path)}-wal`;
    this.#watch();
    void this.#look();
    this.#schedulePoll();
  }

  publish(hint: Hint): void {
    if (!this.#closed) this.#subscribers.tell(hint);
  }

  subscribe(listener: (hint: Hint) => void): () => void {
    return this.#subscribers.add(listener);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#subscribers.clear();
    this.#watcher?.close();
    clearTimeout(this.#poll);
    clearTimeout(this.#soon);
  }

  /** Of the folder, so that a journal that is removed and made anew is still watched. */
  #watch(): void {
    try {
      this.#watcher = watch(this.#folder, { persistent: false }, (_event, name) => {
        if (name === null || name === this.#journal) this.#journalChanged();
      });
      this.#watcher.on("error", () => this.#rest());
    } catch {
      this.#rest(); // the system's watches are used up, or it has none
    }
  }

  #rest(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
    this.#restsUntil = performance.now() + restMs;
  }

  #journalChanged(): void {
    if (++this.#events > tooManyEvents) {
      this.#rest();
      return;
    }
    if (this.#soon !== undefined) return;
    const waitMs = this.#lookedAt + shortestPauseMs - performance.now();
    if (waitMs <= 0) {
      void this.#look();
      return;
    }
    this.#soon = setTimeout(() => {
      this.#soon = undefined;
      void this.#look();
    }, waitMs).unref();
  }

  #schedulePoll(): void {
    const now = performance.now();
    const busy = now - this.#changedAt < busyForMs || this.#watcher === undefined;
    this.#poll = setTimeout(
      () => {
        if (this.#watcher !== undefined) this.#events = 0;
        else if (performance.now() > this.#restsUntil) this.#startWatching();
        void this.#look();
        this.#schedulePoll();
      },
      busy ? busyPollMs : idlePollMs,
    ).unref();
  }

  #startWatching(): void {
    this.#events = 0;
    this.#watch();
  }

  async #look(): Promise<void> {
    if (this.#looking) {
      this.#again = true; // what is being read may be older than what woke us
      return;
    }
    this.#looking = true;
    do {
      this.#again = false;
      this.#lookedAt = performance.now();
      await this.#compare();
    } while (this.#again && !this.#closed);
    this.#looking = false;
  }

  async #compare(): Promise<void> {
    let version: number;
    try {
      version = await this.#dataVersion();
    } catch {
      return; // the store is not well; the next poll will see
    }
    const first = this.#known === undefined;
    if (version === this.#known || this.#closed) return;
    this.#known = version;
    if (first) return;
    this.#changedAt = performance.now();
    this.#subscribers.tell({ kind: "changed" });
  }
}
