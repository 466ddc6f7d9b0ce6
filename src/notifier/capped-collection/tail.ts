import { setTimeout as delay } from "node:timers/promises";
import { type Collection, type Db, type FindCursor, ObjectId, Timestamp } from "mongodb";
import { pauseBefore } from "./back-off.ts";
import { type Bus, findOrCreate, insertInto } from "./bus-collection.ts";
import { type StoredMessage, topics } from "./hint-documents.ts";
import { Life } from "./life.ts";
import { watchPrimary } from "./primary-watch.ts";

/** Waiting for an answer this much longer than the server was asked to wait is waiting for a server that is gone. */
const patienceMs = 5000;

/** How long one of the short commands may take that open the bus. */
const commandMs = 15_000;

/** How long the server may walk through the whole collection before its first answer: about 4 ms a MiB. */
const firstAnswerMs = 120_000;

/** A cursor that lived so long was not lost by what lost the one before it. */
const stableMs = 5000;

export interface TailParts {
  readonly address: string;
  readonly database: Db;
  readonly collection: string;
  /** Of the collection, where it is missing. */
  readonly sizeBytes: number;
  /** How long the server waits for hints before it answers that there are none. */
  readonly awaitMs: number;
  /** The collection is there and can be written. */
  readonly writable: (bus: Bus) => void;
  /** Whatever is written from now on will be heard. */
  readonly opened: () => void;
  readonly heard: (message: StoredMessage) => void;
  /** Nothing is heard until `opened`. */
  readonly lost: (error: unknown) => void;
}

/** Reads what is written for this process, from now on; opens anew after any failure, whatever it was, for as long as it takes. */
export class Tail {
  readonly #parts: TailParts;
  readonly #closing = new AbortController();
  #running: Promise<void> | undefined;
  #endWatch: (() => void) | undefined;
  #life = new Life();
  #openedAt: number | undefined;
  #answeredAt = 0;

  constructor(parts: TailParts) {
    this.#parts = parts;
  }

  begin(): void {
    const { client } = this.#parts.database;
    this.#endWatch ??= watchPrimary(client, () => this.reopen(new Error("The primary is another, or none")));
    this.#running ??= this.#run();
  }

  /** A cursor is open, and the server answered within the time that it was asked to wait. */
  get healthy(): boolean {
    if (this.#openedAt === undefined) return false;
    return performance.now() - this.#answeredAt <= this.#parts.awaitMs + patienceMs;
  }

  /** The collection or its server is not what it was. */
  reopen(error: unknown): void {
    this.#life.end(error);
  }

  async close(): Promise<void> {
    this.#endWatch?.();
    this.#closing.abort();
    this.#life.end(new Error("The notifier was closed"));
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    let failures = 0;
    while (!signal.aborted) {
      const error = await this.#live();
      if (signal.aborted) break;
      if (this.#openedAt !== undefined && performance.now() - this.#openedAt > stableMs) failures = 0;
      this.#openedAt = undefined;
      this.#parts.lost(error);
      const pauseMs = pauseBefore(failures++, error, Math.random());
      await delay(pauseMs, undefined, { ref: false, signal }).catch(() => undefined); // closed meanwhile
    }
    this.#openedAt = undefined;
  }

  /** From the opening of a cursor to what ended it. */
  async #live(): Promise<unknown> {
    this.#life = new Life();
    let cursor: FindCursor<StoredMessage> | undefined;
    try {
      cursor = await this.#open();
      for (let withinMs = firstAnswerMs; ; withinMs = this.#parts.awaitMs + patienceMs)
        await this.#read(cursor, withinMs);
    } catch (error) {
      return error;
    } finally {
      cursor?.close().catch(() => undefined); // not waited for: the driver waits for a dead server
    }
  }

  /**
   * A cursor on what is written from now on. A mark is written first: its time is the server's own, so that no clock of a process
   * matters, it keeps the collection from being empty, and being the first that the cursor finds, it shows that the cursor works.
   */
  async #open(): Promise<FindCursor<StoredMessage>> {
    const { address, database, collection: name, sizeBytes, awaitMs, writable } = this.#parts;
    const life = this.#life;
    const bus = await life.answer(findOrCreate(database, name, sizeBytes), { withinMs: commandMs });
    const mark = { _id: new ObjectId(), to: address, kind: "opened", at: new Timestamp(0n) };
    await life.answer(insertInto(bus, [mark]), { withinMs: commandMs });
    const options = { readPreference: "primary", readConcern: { level: "local" } } as const;
    const collection: Collection<StoredMessage> = database.collection(name, options);
    const written = await life.answer(collection.findOne({ _id: mark._id }), { withinMs: commandMs });
    if (written?.at === undefined) throw new Error(`What was written to the collection ${name} is not in it any more`);
    writable(bus);
    return collection.find(
      { at: { $gte: written.at }, to: { $in: [address, ...topics] }, from: { $ne: address } },
      { tailable: true, awaitData: true, maxAwaitTimeMS: awaitMs },
    );
  }

  /** Waits for the server's next answer. */
  async #read(cursor: FindCursor<StoredMessage>, withinMs: number): Promise<void> {
    const first = await this.#life.answer(cursor.tryNext(), { withinMs, broken: () => cursor.closed });
    if (first === null && cursor.closed) throw new Error("The server ended the cursor");
    this.#answeredAt = performance.now();
    if (this.#openedAt === undefined) {
      this.#openedAt = this.#answeredAt;
      this.#parts.opened();
    }
    if (first === null) return;
    this.#parts.heard(first);
    for (const message of cursor.readBufferedDocuments()) this.#parts.heard(message);
  }
}
