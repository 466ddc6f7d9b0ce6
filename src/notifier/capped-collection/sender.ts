import { Timestamp } from "mongodb";
import type { Hint } from "../notifier.ts";
import { type Bus, insertInto } from "./bus-collection.ts";
import type { Outage } from "./outage.ts";
import { Outbox } from "./outbox.ts";

type ReadyHint = Extract<Hint, { readonly kind: "ready" }>;

/** Documents of one insert. */
const messagesPerInsert = 1000;

/**
 * Between two messages that jobs may be ready, in ms: each wakes every process of the fleet, and a worker that was woken just now looks for
 * jobs as long as it finds some.
 */
const readyEveryMs = 10;

/** How long the end of a process waits for its last hints. */
const lastInsertMs = 500;

export interface SenderParts {
  readonly address: string;
  readonly outage: Outage;
  /** An insert into the present collection failed: nothing more is written until `writeTo` says where. */
  readonly failed: (error: unknown) => void;
}

/**
 * Writes hints: those of one turn of the event loop together, and those that come while an insert is under way with the next.
 * Nobody waits for it, and what an insert failed to write is not written again.
 */
export class Sender {
  readonly #parts: SenderParts;
  readonly #outbox = new Outbox();
  #bus: Bus | undefined;
  #scheduled = false;
  #inserting: Promise<void> | undefined;
  #readySentAt = Number.NEGATIVE_INFINITY;
  #readySoon: NodeJS.Timeout | undefined;
  /** Of which topics jobs may be ready; undefined among them: of any. */
  readonly #topicsSoon = new Set<string | undefined>();

  constructor(parts: SenderParts) {
    this.#parts = parts;
  }

  send(hint: Hint): void {
    if (hint.kind === "ready" && this.#isTooSoon(hint)) return;
    this.#outbox.add(hint);
    this.#wake();
  }

  /** The first is sent at once, those of a topic that follow closely as one. */
  #isTooSoon({ topic }: ReadyHint): boolean {
    const waitMs = this.#readySentAt + readyEveryMs - performance.now();
    if (waitMs <= 0) return false;
    this.#topicsSoon.add(topic);
    this.#readySoon ??= setTimeout(() => {
      this.#readySoon = undefined;
      this.#readySentAt = Number.NEGATIVE_INFINITY;
      this.#addSoon();
      this.#wake();
    }, waitMs);
    return true;
  }

  #addSoon(): void {
    const topics = [...this.#topicsSoon];
    this.#topicsSoon.clear();
    if (topics.includes(undefined)) this.#outbox.add({ kind: "ready" });
    else for (const topic of topics) if (topic !== undefined) this.#outbox.add({ kind: "ready", topic });
  }

  /** Where to write from now on; undefined: nowhere, what comes waits. */
  writeTo(bus: Bus | undefined): void {
    this.#bus = bus;
    this.#wake();
  }

  /** Writes what waits, if that can be done soon. */
  async close(): Promise<void> {
    this.#addSoon();
    clearTimeout(this.#readySoon);
    const tooLate = new Promise<void>((resolve) => setTimeout(resolve, lastInsertMs).unref());
    const written = (async () => {
      await this.#inserting;
      await this.#insert();
    })();
    await Promise.race([written, tooLate]);
    this.#bus = undefined;
  }

  #wake(): void {
    if (this.#scheduled || this.#bus === undefined) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      void this.#insert();
    });
  }

  /** Never rejects. */
  async #insert(): Promise<void> {
    if (this.#bus === undefined || this.#inserting !== undefined || this.#outbox.empty) return;
    this.#inserting = this.#write(this.#bus);
    await this.#inserting;
    this.#inserting = undefined;
    if (!this.#outbox.empty) this.#wake();
  }

  async #write(bus: Bus): Promise<void> {
    const { address, outage, failed } = this.#parts;
    const messages = this.#outbox.take(messagesPerInsert);
    if (messages.some(({ kind }) => kind === "ready")) this.#readySentAt = performance.now();
    outage.lost(this.#outbox.takeDropped());
    try {
      await insertInto(
        bus,
        messages.map((message) => ({ ...message, from: address, at: new Timestamp(0n) })),
      );
    } catch (error) {
      outage.lost(messages.length);
      if (this.#bus !== bus) return; // known already
      this.#bus = undefined;
      failed(error);
    }
  }
}
