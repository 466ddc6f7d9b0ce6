import { setTimeout as delay } from "node:timers/promises";
import type { Deps } from "../../jobs/deps.ts";
import { Overloaded, StoreUnavailable } from "../../model/errors.ts";
import type { WorkerId } from "../../model/ids.ts";
import type { Log } from "../../model/log.ts";
import type { WorkerSettings } from "../settings.ts";
import { Incarnation, type IncarnationListener, type WorkerIdentity } from "./incarnation.ts";

export interface LivesHost extends Omit<IncarnationListener, "ended"> {
  readonly deps: Deps;
  readonly settings: WorkerSettings;
  readonly identity: WorkerIdentity;
  readonly log: Log;
  /** How long a stopping worker tries to give back what it still holds. */
  readonly leaveMs: number;
  draining(): boolean;
  /** Nothing of that life that is kept in memory may be trusted any more. */
  ended(worker: WorkerId, reason: string): void;
  /** The next life has begun, or will not. */
  begun(): void;
}

/** How long the worker waits before it tries a failed store again. */
const storeRetryMs = 500;

/** An incarnation that ends sooner is followed by the next only after a pause. */
const shortLifeMs = 10 * storeRetryMs;

/** The incarnations of one worker, one after the other: whenever one may have lost its lease, the next begins with nothing. */
export class Lives {
  readonly #host: LivesHost;
  /** The present life; absent from its end until the next begins. */
  #current: Incarnation | undefined;
  #former: Incarnation | undefined;
  #bornAt = 0;
  #rebirth: Promise<void> | undefined;

  constructor(host: LivesHost) {
    this.#host = host;
  }

  get current(): Incarnation | undefined {
    return this.#current;
  }

  /** That life is the present one and may be trusted. */
  alive(worker: WorkerId): boolean {
    return this.#current?.id === worker && this.#current.alive;
  }

  /** No next life is about to begin. */
  get settled(): boolean {
    return this.#rebirth === undefined;
  }

  async begin(): Promise<void> {
    const incarnation = await this.#incarnate();
    if (this.#host.draining()) await this.#leave(incarnation);
    else this.#current = incarnation;
  }

  /** The store may hold jobs for that incarnation that this process does not know, or the other way round. */
  doubt(worker: WorkerId, error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    const ofStore = error instanceof StoreUnavailable || error instanceof Overloaded;
    if (!ofStore) this.#host.log.error({ err: error }, "unexpected error in the worker");
    if (this.#current?.id !== worker) return;
    if (ofStore) this.#current.endByStore(`the store failed: ${message}`);
    else this.#current.end(`unexpected error: ${message}`);
  }

  /** Ends the last life and frees at once whatever the store may still hold for it. Never rejects. */
  async end(): Promise<void> {
    const last = this.#current ?? this.#former;
    if (last !== undefined) await this.#leave(last);
  }

  async #incarnate(): Promise<Incarnation> {
    const { deps, settings, identity, log } = this.#host;
    const listener: IncarnationListener = {
      held: () => this.#host.held(),
      room: () => this.#host.room(),
      gone: (jobs) => this.#host.gone(jobs),
      changed: (jobs) => this.#host.changed(jobs),
      clock: (reading) => this.#host.clock(reading),
      ended: (incarnation, reason) => this.#ended(incarnation, reason),
    };
    const incarnation = new Incarnation(deps.store.workers, settings, listener, log);
    this.#bornAt = performance.now();
    await incarnation.begin(identity, deps.notifier.address, deps.moment().nowMs);
    const { concurrency, takes } = settings;
    log.info({ worker: incarnation.id, concurrency, ...takes }, "worker registered");
    return incarnation;
  }

  #ended(incarnation: Incarnation, reason: string): void {
    if (this.#current !== incarnation) return;
    this.#current = undefined;
    this.#former = incarnation;
    this.#host.ended(incarnation.id, reason);
    this.#rebirth ??= this.#beginAnew(incarnation).finally(() => {
      this.#rebirth = undefined;
      this.#host.begun();
    });
  }

  /** Lets the old incarnation's jobs go, registers anew. Never rejects. */
  async #beginAnew(former: Incarnation): Promise<void> {
    const { deps, log } = this.#host;
    let pause = performance.now() - this.#bornAt < shortLifeMs;
    while (!this.#host.draining()) {
      try {
        if (pause) await delay(storeRetryMs);
        pause = true;
        await former.letGo(deps.moment().nowMs);
        const incarnation = await this.#incarnate();
        if (this.#host.draining()) return await this.#leave(incarnation);
        this.#current = incarnation;
        return;
      } catch (error) {
        log.warn({ err: error }, "the worker cannot register anew");
      }
    }
  }

  async #leave(incarnation: Incarnation): Promise<void> {
    const { deps, leaveMs, log } = this.#host;
    const timeout = new AbortController();
    const tooLate = delay(leaveMs, undefined, { signal: timeout.signal }).then(() => {
      throw new Error(`The store did not answer within ${leaveMs} ms`);
    });
    try {
      await Promise.race([incarnation.leave(deps.moment().nowMs), tooLate]);
      deps.notifier.publish({ kind: "ready" });
    } catch (error) {
      log.warn({ worker: incarnation.id, err: error }, "the worker could not leave: the rescue frees its jobs");
    }
    tooLate.catch(() => undefined);
    timeout.abort();
  }
}
