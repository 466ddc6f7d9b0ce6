import { setTimeout as delay } from "node:timers/promises";

/** What writes wait after a batch, ms. */
export const writeLingerMs = 2;
const mostMembers = 200;
const fewMembers = 4;

/** Collects what comes while a batch is under way; a batch of more than a few is followed by a pause of `lingerMs`, in which the next one grows. */
export class Batches<Member> {
  readonly #write: (members: readonly Member[]) => Promise<void>;
  readonly #lingerMs: number;
  #waiting: Member[] = [];
  #busy = false;

  constructor(write: (members: readonly Member[]) => Promise<void>, lingerMs: number) {
    this.#write = write;
    this.#lingerMs = lingerMs;
  }

  add(member: Member): void {
    this.#waiting.push(member);
    if (this.#busy) return;
    this.#busy = true;
    setImmediate(() => void this.#flush());
  }

  async #flush(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, mostMembers);
      await this.#write(batch);
      if (this.#lingerMs > 0 && batch.length > fewMembers) await delay(this.#lingerMs);
    }
    this.#busy = false;
  }
}
