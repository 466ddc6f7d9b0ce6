import { Overloaded, StoreUnavailable } from "../model/errors.ts";
import { BatchCost } from "./batch-cost.ts";
import { Linger } from "./linger.ts";

/** Results of running work go before starts of new work, and both before tidying up. */
export type Lane = "results" | "starts" | "tidying";

const lanes: readonly Lane[] = ["results", "starts", "tidying"];

export interface QueueBounds {
  /** Members and bytes that one batch takes at most, unless a single call has more. */
  readonly batchMembers: number;
  readonly batchBytes: number;
  /** Members and bytes that may wait; starts are refused beyond, everything else beyond twice as much. */
  readonly waitingMembers: number;
  readonly waitingBytes: number;
  /** A start that would wait longer is refused. */
  readonly startWaitMs: number;
  /** Longest that a batch waits, after one of more than `lingerAbove` members, until it is as large as it will be; 0: never. */
  readonly lingerMs: number;
  readonly lingerAbove: number;
}

export const defaultBounds: QueueBounds = {
  batchMembers: 512,
  batchBytes: 4 * 1024 * 1024,
  waitingMembers: 20_000,
  waitingBytes: 128 * 1024 * 1024,
  startWaitMs: 1000,
  lingerMs: 0,
  lingerAbove: 0,
};

export interface Call<Ask> {
  readonly ask: Ask;
  readonly lane: Lane;
  readonly members: number;
  readonly bytes: number;
}

/** What became of one call of a batch. */
export type Outcome<Answer> = { readonly answer: Answer } | { readonly error: Error };

/** Writes all calls of a batch, an outcome each. Rejects where nothing was written, or nobody knows. */
export type WriteBatch<Ask, Answer> = (asks: readonly Ask[]) => Promise<readonly Outcome<Answer>[]>;

/** A batch takes milliseconds; one that takes so long is one that the store does not take. */
const stuckAfterMs = 10_000;

interface Waiting<Ask, Answer> extends Call<Ask> {
  settle(outcome: Outcome<Answer>): void;
}

/**
 * Group commit: collects calls while a batch is being written and writes them with the next. One batch is under way at a time.
 * Back-pressure: what would wait too long, or does not fit, is refused before it is queued, never after.
 */
export class CommitQueue<Ask, Answer> {
  readonly #write: WriteBatch<Ask, Answer>;
  readonly #bounds: QueueBounds;
  readonly #now: () => number;
  readonly #cost = new BatchCost();
  readonly #waiting: Record<Lane, Waiting<Ask, Answer>[]> = { results: [], starts: [], tidying: [] };
  #members = 0;
  #bytes = 0;
  #underWay: { readonly members: number; readonly since: number } | undefined;
  readonly #linger: Linger;
  #lingering: NodeJS.Timeout | undefined;
  #scheduled = false;
  #writable = true;
  #closed = false;
  readonly #whenEmpty: (() => void)[] = [];

  /** `now` is a monotonic clock, in ms. */
  constructor(
    write: WriteBatch<Ask, Answer>,
    bounds: QueueBounds = defaultBounds,
    now: () => number = () => performance.now(),
  ) {
    this.#write = write;
    this.#bounds = bounds;
    this.#now = now;
    this.#linger = new Linger(bounds, now);
  }

  /** False after a batch failed, until one succeeds; and while one is under way that ought to have ended long since. */
  get writable(): boolean {
    const isStuck = this.#underWay !== undefined && this.#now() - this.#underWay.since > stuckAfterMs;
    return this.#writable && !isStuck;
  }

  /** Somebody wrote to the store in another way, and it took it. */
  recovered(): void {
    this.#writable = true;
  }

  /**
   * Queues calls that belong together, all or none; they may be written by several batches, in order.
   * Rejects with `Overloaded` where they were not queued, with `StoreUnavailable` where the outcome of one is unknown.
   */
  submit(calls: readonly Call<Ask>[]): Promise<Answer[]> {
    const refusal = this.#closed ? new StoreUnavailable("The store is closed") : this.#refusal(calls);
    if (refusal !== undefined) return Promise.reject(refusal);
    return Promise.all(calls.map((call) => this.#enqueue(call)));
  }

  /** Refuses further calls and waits for those that are queued. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#underWay === undefined && this.#members === 0) return;
    await new Promise<void>((resolve) => this.#whenEmpty.push(resolve));
  }

  #enqueue(call: Call<Ask>): Promise<Answer> {
    return new Promise<Answer>((resolve, reject) => {
      this.#members += call.members;
      this.#bytes += call.bytes;
      this.#waiting[call.lane].push({
        ...call,
        settle: (outcome) => ("answer" in outcome ? resolve(outcome.answer) : reject(outcome.error)),
      });
      this.#schedule();
    });
  }

  #refusal(calls: readonly Call<Ask>[]): Overloaded | undefined {
    const { waitingMembers, waitingBytes, startWaitMs } = this.#bounds;
    const starts = calls.some((call) => call.lane === "starts");
    const share = starts ? 1 : 2;
    const members = this.#members + calls.reduce((sum, call) => sum + call.members, 0);
    const bytes = this.#bytes + calls.reduce((sum, call) => sum + call.bytes, 0);
    const full = this.#members > 0 && (members > share * waitingMembers || bytes > share * waitingBytes);
    const waitMs = this.#expectedWait();
    if (!full && (!starts || waitMs <= startWaitMs)) return undefined;
    return new Overloaded("The store has more to write than it can in time", Math.ceil(Math.max(1000, waitMs)));
  }

  /** How long a start that comes now would wait for its turn, in ms: for everything that is queued, as tidying up is little. */
  #expectedWait(): number {
    const ahead = this.#members;
    const size = this.#bounds.batchMembers;
    const batches =
      Math.floor(ahead / size) * this.#cost.predict(size) + (ahead % size > 0 ? this.#cost.predict(ahead % size) : 0);
    return this.#restOfBatch() + batches;
  }

  /** A batch that takes longer than expected is expected to take as long again. */
  #restOfBatch(): number {
    if (this.#underWay === undefined) return 0;
    const elapsedMs = this.#now() - this.#underWay.since;
    const expectedMs = this.#cost.predict(this.#underWay.members);
    return elapsedMs < expectedMs ? expectedMs - elapsedMs : elapsedMs;
  }

  /** After the current turn of the event loop, so that calls of the same turn share a batch; or when it has lingered. */
  #schedule(): void {
    if (this.#scheduled || this.#underWay !== undefined) return;
    const lingerMs = this.#bytes < this.#bounds.batchBytes ? this.#linger.restMs(this.#members) : 0;
    if (lingerMs > 0) {
      this.#lingering ??= setTimeout(() => this.#flushSoon(), lingerMs);
      return;
    }
    this.#flushSoon();
  }

  #flushSoon(): void {
    clearTimeout(this.#lingering);
    this.#lingering = undefined;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      void this.#flush();
    });
  }

  async #flush(): Promise<void> {
    const batch = this.#take();
    if (batch.length === 0) return;
    const members = batch.reduce((sum, call) => sum + call.members, 0);
    const since = this.#now();
    this.#underWay = { members, since };
    let outcomes: readonly Outcome<Answer>[] | undefined;
    let failure = new StoreUnavailable("The store gave no answer");
    try {
      outcomes = await this.#write(batch.map((call) => call.ask));
    } catch (error) {
      failure = error instanceof StoreUnavailable ? error : new StoreUnavailable("The store failed", error);
    }
    this.#writable = outcomes !== undefined;
    if (outcomes !== undefined) this.#learn(members, this.#now() - since); // how long an outage took tells nothing of the next batch
    this.#underWay = undefined;
    for (const [index, call] of batch.entries()) call.settle(outcomes?.[index] ?? { error: failure });
    if (outcomes === undefined) this.#dropStarts();
    if (this.#members > 0) this.#schedule();
    else for (const resolve of this.#whenEmpty.splice(0)) resolve();
  }

  #learn(members: number, tookMs: number): void {
    this.#cost.observe(members, tookMs);
    this.#linger.begin({ members, waiting: this.#members, tookMs });
  }

  /** Starts that waited behind a batch that failed were written by nobody: who asked for them need not wait for a failure of their own. */
  #dropStarts(): void {
    const error = new StoreUnavailable("The store failed; this was not written", undefined, true);
    for (const call of this.#waiting.starts.splice(0)) {
      this.#members -= call.members;
      this.#bytes -= call.bytes;
      call.settle({ error });
    }
  }

  #take(): Waiting<Ask, Answer>[] {
    const batch: Waiting<Ask, Answer>[] = [];
    let members = 0;
    let bytes = 0;
    for (const lane of lanes) {
      const waiting = this.#waiting[lane];
      let taken = 0;
      for (const call of waiting) {
        const fits =
          members + call.members <= this.#bounds.batchMembers && bytes + call.bytes <= this.#bounds.batchBytes;
        if (!fits && batch.length > 0) break;
        members += call.members;
        bytes += call.bytes;
        batch.push(call);
        taken++;
      }
      waiting.splice(0, taken);
      if (waiting.length > 0) break;
    }
    this.#members -= members;
    this.#bytes -= bytes;
    return batch;
  }
}
