import type { Deps } from "../jobs/deps.ts";
import type { StoreClock } from "../jobs/store-clock.ts";
import { unattendedJobs } from "../jobs/unattended.ts";
import { Overloaded, StoreUnavailable } from "../model/errors.ts";
import type { Log } from "../model/log.ts";
import { deliverLeftBehind } from "./effects.ts";
import { Rescue, type WorkersObserver } from "./rescue.ts";
import { prune, type RetentionSettings } from "./retention.ts";
import { endOverdueJobs } from "./timers.ts";
import { UnattendedWatch } from "./unattended-watch.ts";

export interface SweeperSettings extends RetentionSettings {
  readonly sweepMs: number;
  readonly leaseMs: number;
  /** For how long a job owes something before others than its process do it; default: 3 s. */
  readonly owedForMs?: number;
}

export interface SweeperHelp {
  /** Those who give jobs to workers learn here which there are. */
  readonly onWorkers?: WorkersObserver;
  /** Corrected now and then, in a process that has no heartbeats to do it. */
  readonly clock?: Pick<StoreClock, "look">;
}

/** How often the store's health is looked at while it is well: it tells of jobs that wait without a worker, for half a minute at least. */
const healthEveryMs = 15_000;

/** How long a newer version of a known workflow may stay unknown to a process that did not bring it. */
const definitionsEveryMs = 10_000;

/** How often finished jobs are looked through while there is nothing old among them. */
const retentionEveryMs = 60_000;

/**
 * Where so many workers live, or more, a process looks for overdue jobs, and for effects that were left behind, once in so many sweeps; with fewer, once in as many as there are workers,
 * and at least every second time. The first look comes at random, so that processes which began together do not look together.
 */
const lookTurns = 4;

/** What every process does once a sweep, server or worker: all of it may be done by several at once. */
export class Sweeper {
  readonly #deps: Deps;
  readonly #settings: SweeperSettings;
  readonly #log: Log;
  readonly #rescue: Rescue;
  readonly #unattended: UnattendedWatch;
  readonly #clock: SweeperHelp["clock"];
  #timer: NodeJS.Timeout | undefined;
  #rescuing: Promise<void> | undefined;
  #sweeping: Promise<void> | undefined;
  #untilLook = Math.floor(Math.random() * lookTurns);
  #pruneAt = 0;
  #healthAt = 0;
  #refreshAt = performance.now() + definitionsEveryMs;
  #stopped = false;

  constructor(deps: Deps, settings: SweeperSettings, log: Log, help: SweeperHelp = {}) {
    this.#deps = deps;
    this.#settings = settings;
    this.#log = log;
    this.#rescue = new Rescue(deps.store.workers, settings.leaseMs, settings.sweepMs, log, help.onWorkers);
    this.#unattended = new UnattendedWatch(log);
    this.#clock = help.clock;
  }

  begin(): void {
    this.#timer = setInterval(() => {
      this.#rescuing ??= this.#part("rescue", () => this.#rescueSome()).finally(() => {
        this.#rescuing = undefined;
      });
      this.#sweeping ??= this.#sweep().finally(() => {
        this.#sweeping = undefined;
      });
    }, this.#settings.sweepMs);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    await Promise.all([this.#rescuing, this.#sweeping]);
  }

  /** Beside the rest, however long that takes: who looks at workers too seldom cannot tell that one is silent. */
  async #rescueSome(): Promise<void> {
    if ((await this.#rescue.sweep(this.#now())) > 0) this.#deps.notifier.publish({ kind: "ready" });
  }

  /** One part that fails keeps none of the others from its work. Never rejects. */
  async #sweep(): Promise<void> {
    const { sweepMs, owedForMs } = this.#settings;
    if (this.#mayLook()) {
      await this.#part("time-outs", () => endOverdueJobs(this.#deps, this.#log));
      await this.#part("effects", () => deliverLeftBehind(this.#deps, this.#log, sweepMs / 2, owedForMs));
    }
    await this.#part("definitions", () => this.#refreshDefinitions());
    await this.#part("retention", () => this.#prune());
    await this.#part("health", () => this.#lookAtHealth());
  }

  async #part(part: string, work: () => Promise<unknown>): Promise<void> {
    if (this.#stopped) return;
    try {
      await work();
    } catch (error) {
      if (error instanceof StoreUnavailable || error instanceof Overloaded)
        this.#log.warn({ part, err: error }, "sweep failed");
      else this.#log.error({ part, err: error }, "unexpected error in a sweep");
    }
  }

  /**
   * Every second time, or less often beside others: the worker that holds a job ends it on time by itself, and who commits an effect does it at once.
   * This is for those that wait, and for what was left behind.
   */
  #mayLook(): boolean {
    this.#untilLook -= 1;
    if (this.#untilLook >= 0) return false;
    this.#untilLook = Math.max(2, Math.min(lookTurns, this.#rescue.workers)) - 1;
    return true;
  }

  async #prune(): Promise<void> {
    if (performance.now() < this.#pruneAt) return;
    const { housekeeping } = this.#deps.store;
    const more = await prune(housekeeping, this.#settings, this.#now(), this.#settings.sweepMs / 2);
    this.#pruneAt = more ? 0 : performance.now() + retentionEveryMs;
  }

  /** Rarely; but a sick store, which a look makes try itself, with every sweep. */
  async #lookAtHealth(): Promise<void> {
    if (performance.now() < this.#healthAt) return;
    const { store } = this.#deps;
    const health = await store.housekeeping.health(this.#now());
    await this.#clock?.look();
    this.#unattended.look(await unattendedJobs(store, health, this.#now()));
    if (health.writable) this.#healthAt = performance.now() + Math.min(healthEveryMs, 15 * this.#settings.sweepMs);
  }

  /** A newer version that another process brought is started here too. */
  async #refreshDefinitions(): Promise<void> {
    if (performance.now() < this.#refreshAt) return;
    await this.#deps.catalog.refresh();
    this.#refreshAt = performance.now() + definitionsEveryMs;
  }

  #now(): number {
    return this.#deps.moment().nowMs;
  }
}
