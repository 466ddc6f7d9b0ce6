/** Reads the parts of a stored job that are JSON, and notes which cannot be had: somebody removed or changed them by hand, or put back half of a backup. */
export class StoredParts {
  readonly #lost: string[] = [];

  /** Undefined where it is gone, or no JSON. `what`: for people, as "its input". */
  read<Part>(text: string | null | undefined, what: string): Part | undefined {
    if (typeof text !== "string") return this.#lose(what);
    try {
      return JSON.parse(text) as Part;
    } catch {
      return this.#lose(`${what} (what stands there is no JSON)`);
    }
  }

  /** As `Job.damage`. */
  get damage(): { readonly damage?: string } {
    if (this.#lost.length === 0) return {};
    const named = this.#lost.slice(0, mostNamed).join(", ");
    const more = this.#lost.length > mostNamed ? ` and ${this.#lost.length - mostNamed} more` : "";
    return { damage: `${named}${more}` };
  }

  #lose(what: string): undefined {
    this.#lost.push(what);
  }
}

const mostNamed = 3;
