import type { Db } from "mongodb";
import type { Log } from "../model/log.ts";
import { hintsOf } from "./capped-collection/hint-documents.ts";
import { Outage } from "./capped-collection/outage.ts";
import { Sender } from "./capped-collection/sender.ts";
import { Tail } from "./capped-collection/tail.ts";
import type { Hint, Notifier } from "./notifier.ts";

/** Size of the collection where none is configured. */
const defaultSizeBytes = 64 * 1024 * 1024;

/** At idle this is all that a process asks of the server: one command in so many ms. */
const defaultAwaitMs = 5000;

export interface CappedCollectionNotifierOptions {
  /** Who tells the subscribers of this process. */
  readonly own: Notifier;
  readonly database: Db;
  /** As `busCollection` answered. */
  readonly collection: string;
  readonly log: Log;
  /** Of the collection, should it have to be made anew; default 64 MiB. */
  readonly sizeBytes?: number;
  /** How long the server waits for hints before it answers that there are none, in ms; default 5,000. */
  readonly awaitMs?: number;
}

/**
 * Hints between processes around one MongoDB, by a capped collection that each follows with a tailable cursor. When the collection,
 * the cursor or the server fails, it goes on by itself as soon as it can, and tells its subscribers once that anything may have
 * changed meanwhile. Keeps no process alive.
 */
export class CappedCollectionNotifier implements Notifier {
  readonly address: string;
  readonly #own: Notifier;
  readonly #sender: Sender;
  readonly #tail: Tail;
  #closed = false;

  constructor(options: CappedCollectionNotifierOptions) {
    const { own, database, collection, log, sizeBytes = defaultSizeBytes } = options;
    const { address } = own;
    const awaitMs = withinSocketTimeout(options.awaitMs ?? defaultAwaitMs, database);
    const outage = new Outage(collection, log);
    this.address = address;
    this.#own = own;
    this.#sender = new Sender({ address, outage, failed: (error) => this.#tail.reopen(error) });
    this.#tail = new Tail({
      ...{ address, database, collection, sizeBytes, awaitMs },
      writable: (bus) => this.#sender.writeTo(bus),
      opened: () => {
        outage.over();
        own.publish({ kind: "changed" });
      },
      heard: (message) => {
        for (const hint of hintsOf(message)) own.publish(hint);
      },
      lost: (error) => {
        this.#sender.writeTo(undefined);
        outage.failed(error);
      },
    });
  }

  /** Starts to listen to other processes, and to write to them. */
  begin(): void {
    this.#tail.begin();
  }

  get healthy(): boolean {
    return this.#tail.healthy;
  }

  /** Tells this process at once, and the others, or the one that it is addressed to, a moment later. */
  publish(hint: Hint): void {
    const to = "to" in hint ? hint.to : undefined;
    if (to === undefined || to === this.address) this.#own.publish(hint);
    if (to !== this.address && !this.#closed) this.#sender.send(hint);
  }

  subscribe(listener: (hint: Hint) => void): () => void {
    return this.#own.subscribe(listener);
  }

  /** Writes what waits, for half a second at most, and stops listening. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#own.close();
    await Promise.all([this.#sender.close(), this.#tail.close()]);
  }
}

/** An answer that comes later than the connection string lets a socket be silent would cost the connection. */
function withinSocketTimeout(awaitMs: number, { client }: Db): number {
  const { socketTimeoutMS } = client.options;
  return socketTimeoutMS > 0 ? Math.min(awaitMs, socketTimeoutMS / 2) : awaitMs;
}
