import { Copier } from "./copier.ts";
import type { Database } from "./database.ts";

/** Frames (of a page each) in the journal before they are copied into the file: large enough that a page written often is copied once. */
const longFrames = 2000;

/** From here on (32 MB) writers are held off, after a copy that left little to do, until all is copied: so the journal begins anew even if nobody ever pauses. */
const tooLongFrames = 8192;

/** From here on (128 MB) they are held off however much is left. */
const farTooLongFrames = 4 * tooLongFrames;

/** Batches between two looks at the journal's length. */
const lookEvery = 8;

/**
 * Keeps the journal (WAL) short. Called between batches, after their answers are out. Copying takes as long as many batches, so a thread of its own does it, beside
 * the writing: it is started when the journal is long for the first time, which that of a small site never is.
 */
export class Checkpoints {
  readonly #database: Database;
  readonly #copier: Copier;
  #batches = 0;
  /** What was long has been copied since the last look. */
  #hasCopied = false;

  constructor(database: Database, path: string) {
    this.#database = database;
    this.#copier = new Copier(path, () => {
      this.#hasCopied = true;
    });
  }

  afterBatch(): void {
    if (++this.#batches % lookEvery !== 0 && !this.#hasCopied) return;
    const { frames, copied } = this.#journal("NOOP"); // before SQLite 3.51 the same as PASSIVE
    if (frames >= (this.#hasCopied ? tooLongFrames : farTooLongFrames)) this.#journal("RESTART");
    else if (frames - copied >= longFrames) this.#copier.copy();
    this.#hasCopied = false;
  }

  /** The file can be closed for good after that. */
  close(): Promise<void> {
    return this.#copier.close();
  }

  #journal(mode: "NOOP" | "RESTART"): { readonly frames: number; readonly copied: number } {
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
