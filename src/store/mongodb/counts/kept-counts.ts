import type { JobCounts } from "../../search.ts";
import type { Collections } from "../collections.ts";
import { foldSilent } from "./fold.ts";
import { mendCounts } from "./mend.ts";
import { readCounts, shownCounts } from "./read-counts.ts";

/** Between two tries to mend the counts, by one process, in ms. */
const mendEveryMs = 2000;

/** Tells the counts; where they show that something is missing, has the jobs counted beside. */
export class KeptCounts {
  readonly #collections: Collections;
  #mending: Promise<unknown> | undefined;
  #notBefore = 0;

  constructor(collections: Collections) {
    this.#collections = collections;
  }

  /** By workflow. */
  async read(workflow: string | undefined): Promise<JobCounts> {
    await this.#collections.tally.written().catch(() => undefined); // it says so itself, later
    const found = await readCounts(this.#collections);
    if (found.isDoubtful) this.#mend();
    await foldSilent(this.#collections, found.tallies).catch(() => undefined);
    return { counts: shownCounts(found.rows, workflow), ...(found.isDoubtful && { isDoubtful: true }) };
  }

  #mend(): void {
    if (this.#mending !== undefined || performance.now() < this.#notBefore) return;
    this.#mending = mendCounts(this.#collections)
      .catch(() => false) // the server does not answer: whoever asks next tries again
      .finally(() => {
        this.#mending = undefined;
        this.#notBefore = performance.now() + mendEveryMs;
      });
  }
}
