import type { ClaimAnswer, ClaimAsk } from "../store/store.ts";

/** How long a ready suspect waits for this worker to be empty by itself, before the worker stops claiming for it. */
const suspectPatienceMs = 5000;

export interface ClaimerHost {
  readonly pollMs: number;
  /** False while stopping, without a living incarnation, or with a suspect in hand. */
  mayClaim(): boolean;
  freeSlots(): number;
  heldJobs(): number;
  nowMs(): number;
  /** Claims and takes jobs, at most `limit`, which is at most `freeSlots()`; undefined: not now. */
  claim(limit: number, of: ClaimAsk["of"]): Promise<Claimed | undefined>;
  failed(error: unknown): void;
}

export type Claimed = Extract<ClaimAnswer, { kind: "claimed" }>;

/**
 * Decides when to ask the store for jobs: when a hint, a freed slot or the poll says that there may be some; one ask at a time.
 * Jobs that lost several workers in a row are suspects: the worker takes such a one alone.
 */
export class Claimer {
  readonly #host: ClaimerHost;
  #wanted = true;
  #claiming = false;
  #suspectsSince: number | undefined;
  #poll: NodeJS.Timeout | undefined;
  #nextReady: NodeJS.Timeout | undefined;

  constructor(host: ClaimerHost) {
    this.#host = host;
  }

  begin(): void {
    this.#poll = setInterval(() => this.hint(), this.#host.pollMs);
    this.hint();
  }

  stop(): void {
    clearInterval(this.#poll);
    clearTimeout(this.#nextReady);
  }

  /** True when, as far as this worker knows, no job waits that a new one would overtake. */
  get nothingWaits(): boolean {
    return !this.#wanted && !this.#suspectsAreDue();
  }

  /** Jobs may be ready. */
  hint(): void {
    this.#wanted = true;
    this.slotsFreed();
  }

  /** A slot is free: worth an ask only when the last answer left something behind. */
  slotsFreed(): void {
    if ((this.#wanted || this.#suspectsSince !== undefined) && !this.#claiming) void this.#claim();
  }

  async #claim(): Promise<void> {
    const ask = this.#nextAsk();
    if (ask === undefined) return;
    this.#claiming = true;
    if (ask.of === "healthy") this.#wanted = false; // a hint that comes during the ask sets it again
    try {
      const answer = await this.#host.claim(ask.limit, ask.of);
      if (answer === undefined) this.#wanted = true;
      else this.#learn(ask, answer);
    } catch (error) {
      this.#wanted = true;
      this.#host.failed(error);
      return; // the poll asks again
    } finally {
      this.#claiming = false;
    }
    this.slotsFreed();
  }

  #nextAsk(): Pick<ClaimAsk, "limit" | "of"> | undefined {
    const free = this.#host.freeSlots();
    if (free === 0 || !this.#host.mayClaim()) return undefined;
    if (this.#suspectsSince !== undefined && this.#host.heldJobs() === 0) return { of: "suspect", limit: 1 };
    if (!this.#wanted || this.#suspectsAreDue()) return undefined;
    // Half is left for starts in this process: they need no claim at all, and without it would fall back to one for as long as they come fast.
    return { of: "healthy", limit: Math.ceil(free / 2) };
  }

  #learn(ask: Pick<ClaimAsk, "limit" | "of">, answer: Claimed): void {
    if (answer.suspectsReady) this.#suspectsSince ??= performance.now();
    else this.#suspectsSince = undefined;
    if (ask.of === "healthy" && answer.jobs.length >= ask.limit) this.#wanted = true;
    this.#wakeAt(answer.nextReadyAt);
  }

  #suspectsAreDue(): boolean {
    return this.#suspectsSince !== undefined && performance.now() - this.#suspectsSince > suspectPatienceMs;
  }

  #wakeAt(nextReadyAt: number | undefined): void {
    clearTimeout(this.#nextReady);
    const waitMs = nextReadyAt === undefined ? this.#host.pollMs : nextReadyAt - this.#host.nowMs();
    if (waitMs < this.#host.pollMs) this.#nextReady = setTimeout(() => this.hint(), Math.max(1, waitMs));
  }
}
