import type { Database } from "./database.ts";

/** Frames (of a page each) in the journal before they are copied into the file: large enough that a page written often is copied once. */
const longFrames = 2000;

/** From here on (32 MB) writers are held off until all is copied, so that the journal begins anew even if two processes write without a pause. */
const tooLongFrames = 8192;

/** Batches between two looks at the journal's length. */
const lookEvery = 8;

/** Keeps the journal (WAL) short. Called between batches, after their answers are out. */
export class Checkpoints {
  readonly #database: Database;
  #batches = 0;

  constructor(database: Database) {
    this.#database = database;
  }

  afterBatch(): void {
    if (++this.#batches % lookEvery !== 0) return;
    const { frames, copied } = this.#journal("NOOP"); // before SQLite 3.51 the same as PASSIVE
    if (frames >= tooLongFrames) this.#journal("RESTART");
    else if (frames - copied >= longFrames) this.#journal("PASSIVE");
  }

  #journal(mode: "NOOP" | "PASSIVE" | "RESTART"): { readonly frames: number; readonly copied: number } {
    try {
      const pragma = this.#database.prepare(`PRAGMA wal_checkpoint(${mode})`);
      const [, frames, copied] = pragma.get<[busy: number, frames: number, copied: number]>() ?? [0, 0, 0];
      return { frames, copied };
    } catch {
      // Another process does it now, or the disk is full or ill: what was committed is safe in the journal, and the next
      // write that finds no room says so.
      return { frames: 0, copied: 0 };
    }
  }
}
