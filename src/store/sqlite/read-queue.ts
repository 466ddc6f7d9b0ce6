import { Overloaded, StoreUnavailable } from "../../model/errors.ts";
import type { Read, ReadKind, Reads, Result } from "./protocol.ts";

/** What one message to the thread may cost; a write waits for one message at most. */
const messageCost = 16;

const mostWaiting = 10_000;

interface Waiting {
  readonly read: Read;
  readonly cost: number;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Reads, a few at a time beside the batches of writes: the thread takes messages in their order, so reads and writes take turns
 * and neither starves the other.
 */
export class ReadQueue {
  readonly #send: (reads: readonly Read[]) => Promise<readonly Result[]>;
  readonly #waiting: Waiting[] = [];
  #underWay = false;
  #closed = false;

  constructor(send: (reads: readonly Read[]) => Promise<readonly Result[]>) {
    this.#send = send;
  }

  /** Rejects with `StoreUnavailable`, or `Overloaded` where too many wait. */
  submit<K extends ReadKind>(kind: K, ask: Reads[K]["ask"]): Promise<Reads[K]["answer"]> {
    if (this.#closed) return Promise.reject(new StoreUnavailable("The store is closed"));
    if (this.#waiting.length >= mostWaiting)
      return Promise.reject(new Overloaded("Too many reads wait for the store", 1000));
    return new Promise((resolve, reject) => {
      const read = { kind, ask } as Read;
      this.#waiting.push({
        read,
        cost: kind === "job" || kind === "dataVersion" ? 1 : messageCost,
        resolve: (answer) => resolve(answer as Reads[K]["answer"]),
        reject,
      });
      if (!this.#underWay) void this.#run();
    });
  }

  close(): void {
    this.#closed = true;
  }

  async #run(): Promise<void> {
    this.#underWay = true;
    while (this.#waiting.length > 0) {
      const message = this.#take();
      try {
        const results = await this.#send(message.map(({ read }) => read));
        for (const [index, { resolve, reject }] of message.entries()) {
          const result = results[index];
          if (result !== undefined && "answer" in result) resolve(result.answer);
          else reject(new StoreUnavailable(`The store cannot read this: ${result?.failed ?? "no answer"}`));
        }
      } catch (error) {
        const failure = error instanceof StoreUnavailable ? error : new StoreUnavailable("The store failed", error);
        for (const { reject } of message) reject(failure);
      }
    }
    this.#underWay = false;
  }

  #take(): Waiting[] {
    let cost = 0;
    let taken = 0;
    for (const waiting of this.#waiting) {
      cost += waiting.cost;
      if (taken > 0 && cost > messageCost) break;
      taken++;
    }
    return this.#waiting.splice(0, taken);
  }
}
