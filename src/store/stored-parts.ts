import type { Job } from "../model/job/job.ts";

/** Reads the parts of a stored job that are JSON, and notes which cannot be had: somebody removed or changed them by hand, or put back half of a backup. */
export class StoredParts {
  readonly #lost = new Set<string>();

  /** Undefined where it is gone, or no JSON. `what`: for people, as "its input". */
  read<Part>(text: string | null | undefined, what: string): Part | undefined {
    if (typeof text !== "string") return this.#lose(what);
    try {
      return JSON.parse(text) as Part;
    } catch {
      return this.#lose(`${what} (what stands there is no JSON)`);
    }
  }

  /** `stored`: how many tasks stand there, readable or not. What began a job was a task of it, and none is ever removed. */
  countTasks(stored: number, { startedAt }: Pick<Job, "startedAt">): void {
    if (stored === 0 && startedAt !== undefined) this.#lose("its tasks");
  }

  /** As `Job.damage`. */
  get damage(): { readonly damage?: string } {
    if (this.#lost.size === 0) return {};
    const named = [...this.#lost].slice(0, mostNamed).join(", ");
    const more = this.#lost.size > mostNamed ? ` and ${this.#lost.size - mostNamed} more` : "";
    return { damage: `${named}${more}` };
  }

  #lose(what: string): undefined {
    this.#lost.add(what);
  }
}

const mostNamed = 3;
