import type { Hint, Notifier } from "./notifier.ts";
import { JournalWatch } from "./sqlite/journal-watch.ts";

/** Between two looks at the file while others write to it, and while they do not. */
const busyPollMs = 25;
const idlePollMs = 250;

/** Others count as writing for so long after a change of theirs. */
const busyForMs = 1000;

/**
 * Pauses before the looks that follow an event of the journal: it comes with the first bytes of a commit, which is seen when
 * they are on the disk, and then no further event comes.
 */
const looksAfterEventMs = [1, 2, 4, 8, 16, 32];

/** Where the looks begin again when further events come meanwhile: in a flood not one every millisecond. */
const looksAgainFrom = 2;

export interface SqliteNotifierOptions {
  /** Who tells the subscribers of this process. */
  readonly own: Notifier;
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
  /** A hint that was missed shows nowhere, and a poll of a local file costs next to nothing: polls stay as frequent as they are. */
  readonly healthy = false;
  readonly #own: Notifier;
  readonly #dataVersion: () => Promise<number>;
  readonly #watch: JournalWatch;
  #poll: NodeJS.Timeout | undefined;
  #soon: NodeJS.Timeout | undefined;
  #looksDone = 0;
  #looking = false;
  #again = false;
  #changedAt = Number.NEGATIVE_INFINITY;
  #known: number | undefined;
  #closed = false;

  constructor({ own, path, dataVersion }: SqliteNotifierOptions) {
    this.#own = own;
    this.#dataVersion = dataVersion;
    this.#watch = new JournalWatch(path, () => this.#journalChanged());
    void this.#look();
    this.#schedulePoll();
  }

  get address(): string {
    return this.#own.address;
  }

  publish(hint: Hint): void {
    this.#own.publish(hint);
  }

  subscribe(listener: (hint: Hint) => void): () => void {
    return this.#own.subscribe(listener);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#own.close();
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

  #journalChanged(): void {
    if (this.#soon === undefined) this.#lookSoon(0);
    else this.#looksDone = Math.min(this.#looksDone, looksAgainFrom);
  }

  #lookSoon(looksDone: number): void {
    this.#looksDone = looksDone;
    const waitMs = looksAfterEventMs[looksDone];
    this.#soon = undefined;
    if (waitMs === undefined || this.#closed) return;
    this.#soon = setTimeout(() => {
      void this.#look();
      this.#lookSoon(this.#looksDone + 1);
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
    this.#own.publish({ kind: "changed" });
  }
}
