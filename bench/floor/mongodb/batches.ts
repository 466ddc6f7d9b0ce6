import { Linger } from "../../../src/store/linger.ts";

/** Longest that writes wait after a batch, ms; as the product's. */
export const writeLingerMs = 12;
const batchMembers = 200;
const lingerAbove = 4;

/** Collects what comes while a batch is under way; a batch of more than a few is followed by the product's pause, of at most `lingerMs`. */
export class Batches<Member> {
  readonly #write: (members: readonly Member[]) => Promise<void>;
  readonly #linger: Linger;
  #waiting: Member[] = [];
  #busy = false;
  #enough: (() => void) | undefined;

  constructor(write: (members: readonly Member[]) => Promise<void>, lingerMs: number) {
    this.#write = write;
    this.#linger = new Linger({ lingerMs, lingerAbove, batchMembers }, () => performance.now());
  }

  add(member: Member): void {
    this.#waiting.push(member);
    if (this.#busy) {
      if (this.#restMs() <= 0) this.#enough?.();
      return;
    }
    this.#busy = true;
    setImmediate(() => void this.#flush());
  }

  async #flush(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, batchMembers);
      const since = performance.now();
      await this.#write(batch);
      const tookMs = performance.now() - since;
      this.#linger.begin({ members: batch.length, waiting: this.#waiting.length, tookMs });
      await this.#pause();
    }
    this.#busy = false;
  }

  async #pause(): Promise<void> {
    const restMs = this.#restMs();
    if (restMs <= 0) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#enough = resolve;
      timer = setTimeout(resolve, restMs);
    });
    clearTimeout(timer);
    this.#enough = undefined;
  }

  #restMs(): number {
    return this.#linger.restMs(this.#waiting.length);
  }
}
