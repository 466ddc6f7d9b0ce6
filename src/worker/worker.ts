import { setTimeout as delay } from "node:timers/promises";
import type { Deps } from "../jobs/deps.ts";
import type { Placement, Reservation } from "../jobs/placement.ts";
import { Overloaded, StoreUnavailable } from "../model/errors.ts";
import type { WorkerId } from "../model/ids.ts";
import type { Job } from "../model/job/job.ts";
import type { Log } from "../model/log.ts";
import type { AttemptRunner } from "./attempt-runner.ts";
import { type Claimed, Claimer } from "./claimer.ts";
import { HeldJobs } from "./held-jobs.ts";
import { Incarnation, type WorkerIdentity } from "./incarnation.ts";
import type { WorkerSettings } from "./settings.ts";
import { Slots } from "./slots.ts";

export interface WorkerParts {
  readonly deps: Deps;
  readonly settings: WorkerSettings;
  readonly identity: WorkerIdentity;
  readonly run: AttemptRunner;
  readonly log: Log;
  /** Told what each beat says of the store's clock: its time minus this process's, in ms. */
  readonly clockOffset: (offsetMs: number) => void;
}

/** How long the worker waits before it tries a failed store again. */
const storeRetryMs = 500;

/** An incarnation that ends sooner is followed by the next only after a pause. */
const shortLifeMs = 10 * storeRetryMs;

/** How long aborted attempts may take to say so, once the grace is over. */
const abortSettleMs = 2000;

/** How long a stopping worker tries to give back what it still holds; the rescue does it later. */
const leaveMs = 5000;

/** Claims jobs, runs their tasks, keeps its lease alive; starts a new incarnation when it may have lost it. */
export class Worker implements Placement {
  readonly #parts: WorkerParts;
  readonly #slots: Slots;
  readonly #held: HeldJobs;
  readonly #claimer: Claimer;
  /** The present life; absent from its end until the next begins. */
  #incarnation: Incarnation | undefined;
  #former: Incarnation | undefined;
  #bornAt = 0;
  #rebirth: Promise<void> | undefined;
  #draining = false;
  #stopping: Promise<void> | undefined;
  #unsubscribe: (() => void) | undefined;
  #whenMoved: (() => void) | undefined;

  constructor(parts: WorkerParts) {
    this.#parts = parts;
    this.#slots = new Slots(parts.settings.concurrency, () => this.#moved());
    this.#held = new HeldJobs({
      deps: parts.deps,
      slots: this.#slots,
      run: parts.run,
      log: parts.log,
      alive: (worker) => this.#incarnation?.id === worker && this.#incarnation.alive,
      draining: () => this.#draining,
      doubt: (worker, error) => this.#doubt(worker, error),
      left: () => this.#moved(),
      parked: (readyAt) => this.#claimer.parked(readyAt),
    });
    this.#claimer = new Claimer({
      pollMs: parts.settings.pollMs,
      mayClaim: () => this.#mayBegin(),
      freeSlots: () => this.#slots.free,
      empty: () => this.#held.settled && this.#slots.allFree,
      maxLost: () => parts.deps.moment().limits.maxLost,
      nowMs: () => parts.deps.moment().nowMs,
      claim: (limit, of) => this.#claim(limit, of),
    });
  }

  async begin(): Promise<void> {
    const incarnation = await this.#incarnate();
    if (this.#draining) return this.#leave(incarnation);
    this.#incarnation = incarnation;
    this.#unsubscribe = this.#parts.deps.notifier.subscribe((hint) => {
      if (hint.kind === "revoked") void this.#held.check(hint.jobId);
      else this.#claimer.hint();
    });
    this.#claimer.begin();
  }

  /**
   * Claims nothing more, lets attempts finish within the grace, records the rest as interrupted, gives everything back.
   * Ends, and never rejects, whatever the store does.
   */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    this.#draining = true;
    this.#unsubscribe?.();
    this.#claimer.stop();
    this.#held.yieldIdle();
    if (!(await this.#quiet(this.#parts.settings.graceMs))) {
      this.#held.abortAll();
      await this.#quiet(abortSettleMs);
    }
    const last = this.#incarnation ?? this.#former;
    if (last !== undefined) await this.#leave(last);
  }

  reserve(): Reservation | undefined {
    const incarnation = this.#incarnation;
    if (incarnation === undefined || !this.#mayBegin() || !this.#claimer.nothingWaits || !this.#slots.tryTake())
      return undefined;
    return {
      worker: incarnation.id,
      take: (job) => this.#takeOrLeave(incarnation, job),
      giveUp: () => this.#slots.give(),
      doubt: (error) => {
        this.#doubt(incarnation.id, error);
        this.#slots.give();
      },
    };
  }

  /** How many jobs may be assigned to it now: none before those that wait. */
  #room(): number {
    return this.#mayBegin() && this.#claimer.nothingWaits ? this.#slots.free : 0;
  }

  #mayBegin(): boolean {
    const isolating = this.#held.isolating || this.#claimer.takesSuspects;
    return !this.#draining && !isolating && this.#incarnation?.alive === true;
  }

  async #claim(limit: number, of: "healthy" | "suspect"): Promise<Claimed | undefined> {
    const incarnation = this.#incarnation;
    if (incarnation === undefined || !this.#slots.tryTake(limit)) return undefined;
    let taken = 0;
    try {
      const { deps } = this.#parts;
      const ask = { worker: incarnation.id, limit, of, nowMs: deps.moment().nowMs };
      const answer = await deps.store.jobs.claim(ask);
      if (answer.kind === "expired") {
        incarnation.end("the lease was given to others");
        return undefined;
      }
      for (const job of answer.jobs) {
        taken += 1;
        this.#takeOrLeave(incarnation, job);
      }
      return answer;
    } catch (error) {
      if (error instanceof Overloaded) this.#parts.log.warn({ err: error }, "the store takes no claim now");
      else this.#doubt(incarnation.id, error);
      return undefined;
    } finally {
      for (; taken < limit; taken += 1) this.#slots.give();
    }
  }

  /** Uses up one taken slot. A job of an incarnation that ended meanwhile is found by the rescue with its other ones. */
  #takeOrLeave(incarnation: Incarnation, job: Job): void {
    const current = this.#incarnation === incarnation && incarnation.alive;
    if (current && job.lease !== undefined) this.#held.hold(job, job.lease);
    else this.#slots.give();
  }

  /** The store may hold jobs for that incarnation that this process does not know, or the other way round. */
  #doubt(worker: WorkerId, error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    const ofStore = error instanceof StoreUnavailable || error instanceof Overloaded;
    if (!ofStore) this.#parts.log.error({ err: error }, "unexpected error in the worker");
    if (this.#incarnation?.id !== worker) return;
    if (ofStore) this.#incarnation.endByStore(`the store failed: ${message}`);
    else this.#incarnation.end(`unexpected error: ${message}`);
  }

  async #incarnate(): Promise<Incarnation> {
    const { deps, settings, identity, log, clockOffset } = this.#parts;
    const listener = {
      held: () => this.#held.list(),
      room: () => this.#room(),
      gone: this.#held.gone.bind(this.#held),
      ended: (incarnation: Incarnation, reason: string) => this.#ended(incarnation, reason),
      clockOffset,
    };
    const incarnation = new Incarnation(deps.store.workers, settings, listener, log);
    this.#bornAt = performance.now();
    await incarnation.begin(identity, deps.notifier.address, deps.moment().nowMs);
    log.info({ worker: incarnation.id, concurrency: settings.concurrency }, "worker registered");
    return incarnation;
  }

  /** Nothing kept in memory may be trusted: abort, forget, and begin anew. */
  #ended(incarnation: Incarnation, reason: string): void {
    if (this.#incarnation !== incarnation) return;
    this.#incarnation = undefined;
    this.#former = incarnation;
    this.#parts.log.warn({ worker: incarnation.id, jobs: this.#held.size, reason }, "worker lost its lease");
    this.#held.forgetAll();
    this.#rebirth ??= this.#beginAnew(incarnation).finally(() => {
      this.#rebirth = undefined;
      if (!this.#draining) this.#claimer.hint();
      this.#moved();
    });
  }

  /** Lets the old incarnation's jobs go, registers anew. Never rejects. */
  async #beginAnew(former: Incarnation): Promise<void> {
    let pause = performance.now() - this.#bornAt < shortLifeMs;
    while (!this.#draining) {
      try {
        if (pause) await delay(storeRetryMs);
        pause = true;
        await former.letGo(this.#parts.deps.moment().nowMs);
        const incarnation = await this.#incarnate();
        if (this.#draining) return await this.#leave(incarnation);
        this.#incarnation = incarnation;
        return;
      } catch (error) {
        this.#parts.log.warn({ err: error }, "the worker cannot register anew");
      }
    }
  }

  /** Frees at once whatever the store may still hold for a life that is over. Never rejects. */
  async #leave(incarnation: Incarnation): Promise<void> {
    incarnation.stop();
    const { deps, log } = this.#parts;
    const timeout = new AbortController();
    const tooLate = delay(leaveMs, undefined, { signal: timeout.signal }).then(() => {
      throw new Error(`The store did not answer within ${leaveMs} ms`);
    });
    try {
      await Promise.race([incarnation.letGo(deps.moment().nowMs), tooLate]);
    } catch (error) {
      log.warn({ worker: incarnation.id, err: error }, "the worker could not leave: the rescue frees its jobs");
    }
    tooLate.catch(() => undefined);
    timeout.abort();
  }

  /** Something was freed or left. */
  #moved(): void {
    this.#claimer.slotsFreed();
    this.#whenMoved?.();
  }

  /** Resolves to true once nothing is here and nothing on its way, to false after the time. */
  async #quiet(withinMs: number): Promise<boolean> {
    const isQuiet = (): boolean => this.#held.settled && this.#slots.allFree && this.#rebirth === undefined;
    if (isQuiet()) return true;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const timer = setTimeout(() => resolve(false), withinMs);
    this.#whenMoved = () => isQuiet() && resolve(true);
    const quiet = await promise;
    clearTimeout(timer);
    this.#whenMoved = undefined;
    return quiet;
  }
}
