import { randomBytes } from "node:crypto";
import type { Collection } from "mongodb";
import { untilAnswered } from "../outcome/retry.ts";
import { durable } from "../outcome/write-command.ts";
import { keyOf, type Standing } from "./standing.ts";
import type { CountRow, TallyDocument } from "./tally-document.ts";

/** How long after the first of some changes they are added to the counts, in ms. */
const afterMs = 200;

/** For how long a try to add them goes on, in ms; then it begins anew. */
const budgetMs = 5000;

const duplicateKey = 11000;

/** What one job left, and what it came to. */
export interface Move {
  readonly from?: Standing;
  readonly to?: Standing;
}

interface Total {
  readonly row: CountRow;
  /** Of its field in the document. */
  readonly place: number;
  /** The number of jobs that the document is known to have. */
  readonly written: number;
}

/**
 * Adds up what the acknowledged writes of this process changed, and writes the sums to its document some time after the first change. Nothing is written while
 * nothing changes. Before and after, the document says whether something may be missing in it: by that the end of a process is noticed that came between.
 */
export class Tally {
  readonly #documents: Collection<TallyDocument>;
  #id = newId();
  #isNew = true;
  #seq = 0;
  readonly #totals = new Map<string, Total>();
  /** Of totals that are not written. */
  #changed = new Set<string>();
  #writesUnderWay = 0;
  #saysBusy = false;
  #doubts = false;
  #timer: NodeJS.Timeout | undefined;
  #lastPut: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(documents: Collection<TallyDocument>) {
    this.#documents = documents;
  }

  /** Its document. */
  get id(): string {
    return this.#id;
  }

  /** Runs a write to jobs, which notes what it changed once that is acknowledged. Where it fails nobody knows, and the jobs are to be counted. */
  async during<T>(write: () => Promise<T>): Promise<T> {
    this.#writesUnderWay += 1;
    this.#sayBusy();
    try {
      return await write();
    } catch (error) {
      this.doubt();
      throw error;
    } finally {
      this.#writesUnderWay -= 1;
      this.#soon();
    }
  }

  /** Something was changed, and it is not known what. */
  doubt(): void {
    this.#doubts = true;
  }

  /** Settles when what was noted before stands in the document. Rejects where that cannot be written now. */
  async written(): Promise<void> {
    if (this.#changed.size === 0 && !this.#doubts) return this.#lastPut;
    await this.#put();
  }

  /** Waits for nothing but the sums. Never rejects: what could not be written is found by counting. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    if (this.#saysBusy || this.#changed.size > 0 || this.#doubts) await this.#put().catch(() => undefined);
  }

  /** An acknowledged write did that. */
  note({ from, to }: Move): void {
    const left = from === undefined ? undefined : keyOf(from);
    const reached = to === undefined ? undefined : keyOf(to);
    if (left === reached) return;
    if (from !== undefined) this.#add(from, -1);
    if (to !== undefined) this.#add(to, 1);
  }

  #add(standing: Standing, jobs: number): void {
    const key = keyOf(standing);
    const nothing = { row: { ...standing, jobs: 0 }, place: this.#totals.size, written: 0 };
    const total = this.#totals.get(key) ?? nothing;
    this.#totals.set(key, { ...total, row: { ...total.row, jobs: total.row.jobs + jobs } });
    this.#changed.add(key);
  }

  /** Beside the write that begins, which does not wait for it, and goes first. */
  #sayBusy(): void {
    if (this.#saysBusy) return;
    this.#saysBusy = true;
    setImmediate(() => {
      this.#put().catch(() => undefined); // the next one says it again
    });
  }

  #soon(): void {
    if (this.#closed || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#put().then(
        () => this.#changed.size > 0 && this.#soon(),
        () => this.#soon(),
      );
    }, afterMs);
    this.#timer.unref();
  }

  /** One after the other, so that none overtakes another. */
  #put(): Promise<void> {
    const put = (): Promise<void> => this.#putNow();
    const done = this.#lastPut.then(put, put);
    this.#lastPut = done;
    done.catch(() => undefined);
    return done;
  }

  async #putNow(): Promise<void> {
    const changed = this.#changed;
    const doubts = this.#doubts;
    const busy = this.#writesUnderWay > 0;
    this.#changed = new Set();
    this.#doubts = false;
    this.#saysBusy = busy;
    this.#seq += 1;
    try {
      if (await this.#write(changed, busy, doubts)) return;
      this.#beginAnew(); // what was not written is written there
    } catch (error) {
      for (const key of changed) this.#changed.add(key);
      this.#doubts ||= doubts;
      this.#saysBusy = false;
      throw error;
    }
    await this.#putNow();
  }

  /** False where the document is gone. */
  async #write(changed: ReadonlySet<string>, busy: boolean, doubts: boolean): Promise<boolean> {
    const seq = this.#seq;
    const _id = this.#id;
    const rows = [...changed].flatMap((key) => {
      const total = this.#totals.get(key);
      return total === undefined ? [] : [{ key, place: total.place, row: total.row }];
    });
    const set = {
      seq,
      busy,
      seenAt: "$$NOW",
      ...(busy && { busySince: "$$NOW" }),
      ...(doubts && { doubtAt: "$$NOW", doubtSince: { $ifNull: ["$doubtSince", "$$NOW"] } }),
      ...Object.fromEntries(rows.map(({ place, row }) => [`rows.${place}`, { $literal: row }])),
    };
    const upsert = this.#isNew;
    const isThere = await untilAnswered(budgetMs, async () => {
      const { matchedCount, upsertedCount } = await this.#documents
        .updateOne({ _id, seq: { $lt: seq } }, [{ $set: set }], { upsert, writeConcern: durable })
        .catch((error: unknown) => {
          if ((error as { readonly code?: unknown }).code === duplicateKey)
            return { matchedCount: 1, upsertedCount: 0 };
          throw error;
        });
      if (matchedCount + upsertedCount > 0) return true;
      return (await this.#documents.findOne({ _id }, { projection: { seq: 1 } }))?.seq === seq; // an earlier try of ours
    });
    if (!isThere) return false;
    this.#isNew = false;
    for (const { key, row } of rows) {
      const total = this.#totals.get(key);
      if (total !== undefined) this.#totals.set(key, { ...total, written: row.jobs });
    }
    return true;
  }

  /** Somebody took this process for dead, or for gone, and added what its document said. What it did not say may have been counted by them or not. */
  #beginAnew(): void {
    this.#id = newId();
    this.#isNew = true;
    this.#doubts = true;
    const rest = [...this.#totals].filter(([, { row, written }]) => row.jobs !== written);
    this.#totals.clear();
    for (const [key, { row, written }] of rest)
      this.#totals.set(key, { row: { ...row, jobs: row.jobs - written }, place: this.#totals.size, written: 0 });
    this.#changed = new Set(this.#totals.keys());
  }
}

function newId(): string {
  return `p:${randomBytes(9).toString("base64url")}`;
}
