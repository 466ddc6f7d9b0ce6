import type { ClaimAnswer, ClaimAsk } from "../store/store.ts";
import { aloneFrom } from "../store/suspects.ts";
import { KnownWaiting } from "./known-waiting.ts";
import { ReadyTimes } from "./ready-times.ts";
import { SuspectTurn } from "./suspect-turn.ts";

export interface ClaimerHost {
  readonly pollMs: number;
  /** False while stopping, without a living incarnation, or with suspects in hand. */
  mayClaim(): boolean;
  freeSlots(): number;
  /** Jobs of more than one workflow were here lately. */
  isShared(): boolean;
  /** How many more jobs of that workflow may be here; others are left to other workers, or for later. */
  roomOf(workflow: string): number;
  /** Jobs of that workflow would have to go back at present, most likely. */
  isCrowded(workflow: string): boolean;
  /** No job is here, and none may be on its way. */
  empty(): boolean;
  /** Losses in a row with which a job fails. */
  maxLost(): number;
  nowMs(): number;
  /** Hints arrive at present: the poll is only the net below them. */
  hintsArrive(): boolean;
  /** Claims and takes jobs, at most `limit`, which is at most `freeSlots()`; undefined: not now. Never rejects. */
  claim(limit: number, of: ClaimAsk["of"]): Promise<Claimed | undefined>;
}

export type Claimed = Extract<ClaimAnswer, { kind: "claimed" }>;

type Ask = Pick<ClaimAsk, "limit" | "of">;

/** While hints arrive, jobs are looked for at every such poll only. */
const everyNthPoll = 5;

/** As many jobs as one claim may ask for. */
const largestClaim = 1000;

/** And where several workflows share the worker: a start of one waits for the batch that gives the jobs of another, and for those that store their results. */
const largestSharedClaim = 16;

/** A claim for one free slot that gets one job says little; two full claims in a row say that more wait than this worker can take. */
const fullClaimsBehind = 2;

/**
 * Decides when to ask the store for jobs: when a hint, a freed slot or the poll says that there may be some; one ask at a time.
 * Jobs that lost several workers in a row are suspects: the worker takes a group of such, and no other beside it.
 */
export class Claimer {
  readonly #host: ClaimerHost;
  readonly #suspects = new SuspectTurn();
  readonly #waiting = new KnownWaiting();
  readonly #readyTimes: ReadyTimes;
  #wanted = true;
  /** Claims in a row that got as many as they asked for. */
  #fullClaims = fullClaimsBehind;
  #asking: Ask | undefined;
  #stopped = false;
  #poll: NodeJS.Timeout | undefined;
  #polls = 0;

  constructor(host: ClaimerHost) {
    this.#host = host;
    this.#readyTimes = new ReadyTimes(
      () => host.nowMs(),
      () => this.hint(),
    );
  }

  begin(): void {
    this.#poll = setInterval(() => this.#look(), this.#host.pollMs);
    this.hint();
  }

  stop(): void {
    this.#stopped = true;
    clearInterval(this.#poll);
    this.#readyTimes.stop();
  }

  /** True when, as far as this worker knows, no job waits that a new one of that workflow would overtake. Those of other workflows have turns of their own. */
  nothingWaitsOf(workflow: string): boolean {
    return !this.#waiting.has(workflow) && this.#host.mayClaim() && !this.makesRoom;
  }

  /** As far as this worker knows, jobs of others than that workflow wait in the store, and could run. */
  othersWait(workflow: string): boolean {
    return this.#waiting.others(workflow, (one) => this.#host.isCrowded(one));
  }

  /**
   * Workflows of which no jobs may be assigned from afar, as the last claims left some of theirs behind; undefined: of no workflow. Less than
   * `nothingWaitsOf`, as hints come all the time in a busy fleet: if each meant no room until its claim has been answered, new jobs would have to
   * wait for claims, and their hints would go on for ever.
   */
  get leftBehind(): readonly string[] | undefined {
    if (!this.#host.mayClaim() || this.makesRoom) return undefined;
    return this.#waiting.names ?? (this.#behind ? undefined : []);
  }

  get makesRoom(): boolean {
    return this.#suspects.makesRoom(performance.now());
  }

  /** This worker is being emptied for suspects that are ready: what it holds is given back between two steps. */
  get empties(): boolean {
    return this.#suspects.empties(performance.now());
  }

  get #behind(): boolean {
    return this.#fullClaims >= fullClaimsBehind;
  }

  /** Suspects are on their way: nothing may be begun that would run beside them. */
  get takesSuspects(): boolean {
    return this.#asking?.of === "suspect";
  }

  /** Jobs may be ready; of one workflow, where it is told. */
  hint(workflow?: string): void {
    this.#waiting.hint(workflow);
    this.#ask();
  }

  #ask(): void {
    this.#wanted = true;
    this.slotsFreed();
  }

  #look(): void {
    this.#polls += 1;
    if (this.#polls % everyNthPoll === 0 || !this.#host.hintsArrive()) this.#ask();
    else this.slotsFreed(); // what is known to wait is asked for again
  }

  /** A job of that workflow left this worker: the next may run, where a cap kept it. */
  jobLeft(workflow: string): void {
    if (this.#waiting.jobLeft(workflow)) this.#wanted = true;
  }

  /** This worker gave a job back that is ready at that time of the store: no claim tells of it while others wait that may not run. */
  parked(readyAt: number): void {
    this.#readyTimes.add(readyAt);
  }

  /** A slot is free: worth an ask only when the last answer left something behind. */
  slotsFreed(): void {
    if (!this.#wanted) for (const one of this.#waiting.left) if (this.#host.roomOf(one) > 0) this.#wanted = true;
    if ((this.#wanted || this.#suspects.waiting) && this.#asking === undefined && !this.#stopped) void this.#claim();
  }

  async #claim(): Promise<void> {
    const ask = this.#nextAsk();
    if (ask === undefined) return;
    this.#asking = ask;
    if (ask.of === "healthy") {
      this.#wanted = false; // a hint that comes during the ask sets it again
      this.#waiting.asked();
    }
    const answer = await this.#host.claim(ask.limit, ask.of);
    this.#asking = undefined;
    if (answer === undefined) {
      this.#wanted = true; // the poll asks again, or whoever made it impossible
      this.#waiting.unanswered();
      return;
    }
    this.#learn(ask, answer);
    this.slotsFreed();
  }

  #nextAsk(): Ask | undefined {
    const free = this.#host.freeSlots();
    if (free === 0 || !this.#host.mayClaim()) return undefined;
    if (this.#suspects.waiting && this.#host.empty())
      return { of: "suspect", limit: this.#host.maxLost() > aloneFrom ? Math.min(free, largestClaim) : 1 };
    if (!this.#wanted || this.makesRoom) return undefined;
    // Half is left for starts that bring the lease with them: they need no claim at all, and without it would fall back to one for as long as they come fast.
    const most = this.#host.isShared() ? largestSharedClaim : largestClaim;
    return { of: "healthy", limit: Math.min(Math.ceil(free / 2), most) };
  }

  #learn(ask: Ask, answer: Claimed): void {
    if (ask.of === "suspect") this.#suspects.given(answer.jobs.length, answer.suspectsReady);
    else this.#suspects.learn(answer.suspectsReady);
    if (ask.of === "healthy") {
      this.#fullClaims = answer.jobs.length >= ask.limit ? this.#fullClaims + 1 : 0;
      const isOutdated = this.#waiting.answered(answer.left, answer.capped ?? []);
      if (this.#fullClaims > 0 || isOutdated) this.#wanted = true;
    }
    if (answer.nextReadyAt !== undefined) this.#readyTimes.add(answer.nextReadyAt);
  }
}
