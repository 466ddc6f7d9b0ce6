import type { Deps } from "../jobs/deps.ts";
import type { LocalWorker, Reservation } from "../jobs/local-worker.ts";
import { StoreUnavailable } from "../model/errors.ts";
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

/** How long aborted attempts may take to say so, once the grace is over. */
const abortSettleMs = 2000;

/** Claims jobs, runs their tasks, keeps its lease alive; starts a new incarnation when it may have lost it. */
export class Worker implements LocalWorker {
  readonly #parts: WorkerParts;
  readonly #slots: Slots;
  readonly #held: HeldJobs;
  readonly #claimer: Claimer;
  #incarnation: Incarnation | undefined;
  #draining = false;
  #unsubscribe: (() => void) | undefined;

  constructor(parts: WorkerParts) {
    this.#parts = parts;
    this.#slots = new Slots(parts.settings.concurrency, () => this.#claimer.slotsFreed());
    this.#held = new HeldJobs({
      deps: parts.deps,
      slots: this.#slots,
      run: parts.run,
      log: parts.log,
      alive: (worker) => this.#incarnation?.id === worker && this.#incarnation.alive,
      draining: () => this.#draining,
      failed: (error) => this.#failed(error),
      left: () => this.#claimer.slotsFreed(),
    });
    this.#claimer = new Claimer({
      pollMs: parts.settings.pollMs,
      mayClaim: () => this.#mayBegin(),
      freeSlots: () => this.#slots.free,
      heldJobs: () => this.#held.size,
      nowMs: () => parts.deps.moment().nowMs,
      claim: (limit, of) => this.#claim(limit, of),
      failed: (error) => this.#failed(error),
    });
  }

  async begin(): Promise<void> {
    this.#incarnation = await this.#incarnate();
    this.#unsubscribe = this.#parts.deps.notifier.subscribe((hint) => {
      if (hint.kind === "revoked") void this.#held.check(hint.jobId);
      else this.#claimer.hint();
    });
    this.#claimer.begin();
  }

  /** Claims nothing more, lets attempts finish within the grace, records the rest as interrupted, gives everything back. */
  async stop(): Promise<void> {
    this.#draining = true;
    this.#unsubscribe?.();
    this.#claimer.stop();
    this.#held.yieldIdle();
    if (!(await this.#held.empty(this.#parts.settings.graceMs))) {
      this.#held.abortAll();
      await this.#held.empty(abortSettleMs);
    }
    if (this.#incarnation?.stop() === true) await this.#leave(this.#incarnation);
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
        this.#slots.give();
        this.#failed(error);
      },
    };
  }

  #mayBegin(): boolean {
    return !this.#draining && !this.#held.isolating && this.#incarnation?.alive === true;
  }

  async #claim(limit: number, of: "healthy" | "suspect"): Promise<Claimed | undefined> {
    const incarnation = this.#incarnation;
    if (incarnation === undefined || !this.#slots.tryTake(limit)) return undefined;
    let taken = 0;
    try {
      const { jobs } = this.#parts.deps.store;
      const answer = await jobs.claim({ worker: incarnation.id, limit, of, nowMs: this.#parts.deps.moment().nowMs });
      if (answer.kind === "expired") {
        incarnation.end("the lease was given to others");
        return undefined;
      }
      for (const job of answer.jobs) {
        taken += 1;
        this.#takeOrLeave(incarnation, job);
      }
      return answer;
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

  #failed(error: unknown): void {
    if (error instanceof StoreUnavailable) this.#incarnation?.end(`the store failed: ${error.message}`);
    else this.#parts.log.error({ err: error }, "unexpected error in the worker");
  }

  async #incarnate(): Promise<Incarnation> {
    const { deps, settings, identity, log, clockOffset } = this.#parts;
    const listener = {
      held: () => this.#held.list(),
      gone: (jobs: readonly string[]) => this.#held.gone(jobs),
      ended: (reason: string) => void this.#beginAnew(reason),
      clockOffset,
    };
    const incarnation = new Incarnation(deps.store.workers, settings, listener, log);
    await incarnation.begin(identity, deps.moment().nowMs);
    log.info({ worker: incarnation.id, concurrency: settings.concurrency }, "worker registered");
    return incarnation;
  }

  /** Nothing kept in memory may be trusted: abort, forget, let the old incarnation's jobs go, register anew. */
  async #beginAnew(reason: string): Promise<void> {
    const ended = this.#incarnation;
    this.#incarnation = undefined;
    this.#parts.log.warn({ worker: ended?.id, jobs: this.#held.size, reason }, "worker lost its lease");
    this.#held.forgetAll();
    while (!this.#draining && this.#incarnation === undefined) {
      try {
        await ended?.expire(this.#parts.deps.moment().nowMs);
        this.#incarnation = await this.#incarnate();
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error;
        await new Promise((resolve) => setTimeout(resolve, storeRetryMs));
      }
    }
    this.#claimer.hint();
  }

  async #leave(incarnation: Incarnation): Promise<void> {
    if (this.#held.size === 0) await this.#parts.deps.store.workers.remove(incarnation.id);
    else await incarnation.expire(this.#parts.deps.moment().nowMs);
  }
}
