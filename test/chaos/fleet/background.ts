/** Work that goes on while other things happen. A failure is kept until somebody asks. */
export class Background {
  readonly #all: Promise<void>[] = [];

  add(work: Promise<void>): void {
    work.catch(() => undefined);
    this.#all.push(work);
  }

  /** Resolves when all of it is done, also what was added meanwhile; rejects with the first failure. */
  async done(): Promise<void> {
    for (let next = this.#all.shift(); next !== undefined; next = this.#all.shift()) await next;
  }
}
