import { type Hint, type Notifier, Subscribers } from "./notifier.ts";
import { JournalWatch } from "./sqlite/journal-watch.ts";

/** Between two looks at the file while others write to it, and while they do not. */
const busyPollMs = 25;
const idlePollMs = 250;

/** Others count as writing for so long after a change of theirs. */
const busyForMs = 1000;

/** The journal changes with every write of this process too: not more than one look in this time. */
const shortestPauseMs = 5;

export interface SqliteNotifierOptions {
  /** The database file. */
  readonly path: string;
  /** A number that changes when another connection has written to the file (`SqliteStore.dataVersion`). */
  readonly dataVersion: () => Promise<number>;
}

/**
 * Hints between processes that share a database file, with nothing but the file: the journal is watched, which wakes within
 * milliseconds, and the data version is polled in case the watch says nothing. Others learn that something was written, not what.
 * Keeps no process alive.
 */
export class SqliteNotifier implements Notifier {
  readonly #subscribers = new Subscribers();
  readonly #dataVersion: () => Promise<number>;
  readonly #watch: JournalWatch;
  #poll: NodeJS.Timeout | undefined;
  #soon: NodeJS.Timeout | undefined;
  #looking = false;
  #again = false;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #changedAt = Number.NEGATIVE_INFINITY;
  #known: number | undefined;
  #closed = false;

  constructor({ path, dataVersion }: SqliteNotifierOptions) {
    this.#dataVersion = dataVersion;
    this.#watch = new JournalWatch(path, () => this.#lookSoon());
    void this.#look();
    this.#schedulePoll();
  }

  publish(hint: Hint): void {
    this.#subscribers.tell(hint);
  }

  subscribe(listener: (hint: Hint) => void): () => void {
    return this.#subscribers.add(listener);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#subscribers.close();
    this.#watch.close();
    clearTimeout(this.#poll);
    clearTimeout(this.#soon);
  }

  #schedulePoll(): void {
    const busy = this.#watch.resting || performance.now() - this.#changedAt < busyForMs;
    this.#poll = setTimeout(
      () => {
        this.#watch.tick();
        void this.#look();
        this.#schedulePoll();
      },
      busy ? busyPollMs : idlePollMs,
    ).unref();
  }

  #lookSoon(): void {
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
      return; // the store is not well; a later look will see
    }
    if (version === this.#known || this.#closed) return;
    // The first look is told too: nobody knows what was written between the opening of the store and now.
    if (this.#known !== undefined) this.#changedAt = performance.now();
    this.#known = version;
    this.#subscribers.tell({ kind: "changed" });
  }
}
