import type { ClockReading } from "../../jobs/store-clock.ts";
import { newWorkerId, type WorkerId } from "../../model/ids.ts";
import type { Log } from "../../model/log.ts";
import type { HeldJob, SeenJob, WorkerInfo, WorkerStore } from "../../store/store.ts";
import type { WorkerSettings } from "../settings.ts";

/** What a worker's process is, for the rows that others read. */
export type WorkerIdentity = Pick<WorkerInfo, "host" | "pid" | "pidStart">;

export interface IncarnationListener {
  /** What the worker believes to hold. */
  held(): SeenJob[];
  /** How many more jobs it could take now. */
  room(): number;
  /** These are not ours any more. */
  gone(jobs: readonly HeldJob[]): void;
  /** Others changed these since the worker had them at these versions. */
  changed(jobs: readonly SeenJob[]): void;
  /** This incarnation may have been expired: abort everything, forget everything. */
  ended(incarnation: Incarnation, reason: string): void;
  /** A beat told the store's time. */
  clock(reading: ClockReading): void;
}

/**
 * One life of a worker in the eyes of the others: a row with a beat. One heartbeat a worker, not one a job.
 * It ends by itself when no beat was acknowledged for a lease minus one heartbeat, so before a rescuer may act.
 */
export class Incarnation {
  readonly id: WorkerId = newWorkerId();
  readonly #store: WorkerStore;
  readonly #settings: WorkerSettings;
  readonly #listener: IncarnationListener;
  readonly #log: Log;
  #beat = 1;
  #acknowledgedAt = 0;
  #alive = false;
  /** No fault of the jobs in hand ended it: their loss is not counted. */
  #blameless = false;
  #beating: Promise<void> | undefined;
  #timers: NodeJS.Timeout[] = [];

  constructor(store: WorkerStore, settings: WorkerSettings, listener: IncarnationListener, log: Log) {
    this.#store = store;
    this.#settings = settings;
    this.#listener = listener;
    this.#log = log;
  }

  /** False once a rescuer may have given the jobs away, and for ever then; also right in the first moment after the process was stopped. */
  get alive(): boolean {
    return (
      this.#alive && performance.now() - this.#acknowledgedAt < this.#settings.leaseMs - this.#settings.heartbeatMs
    );
  }

  async begin(identity: WorkerIdentity, address: string, nowMs: number): Promise<void> {
    const sentAt = performance.now();
    await this.#store.register({
      ...identity,
      id: this.id,
      concurrency: this.#settings.concurrency,
      address,
      leaseMs: this.#settings.leaseMs,
      takes: this.#settings.takes,
      startedAt: nowMs,
    });
    this.#acknowledgedAt = sentAt;
    this.#alive = true;
    const { heartbeatMs, leaseMs } = this.#settings;
    this.#timers = [
      setInterval(() => {
        this.#beating ??= this.#sendBeat().finally(() => {
          this.#beating = undefined;
        });
      }, heartbeatMs),
      setInterval(() => this.#checkFence(), Math.max(10, Math.min(heartbeatMs, leaseMs - heartbeatMs) / 4)),
    ];
  }

  /** Ends it; `ended` is called once, unless it ended before. */
  end(reason: string): void {
    if (!this.#stop()) return;
    this.#listener.ended(this, reason);
  }

  /** Ends it because the store failed: no fault of the jobs in hand, so it is not counted as a loss. */
  endByStore(reason: string): void {
    this.#blameless = this.#alive;
    this.end(reason);
  }

  /** Ends it without a word, and frees its jobs at once: a worker that leaves in order counts as no loss. */
  async leave(nowMs: number): Promise<void> {
    if (this.#stop()) this.#blameless = true;
    await this.letGo(nowMs);
  }

  /** Beats no more; false where it had stopped. */
  #stop(): boolean {
    for (const timer of this.#timers) clearInterval(timer);
    const was = this.#alive;
    this.#alive = false;
    return was;
  }

  /** Makes the jobs of this ended incarnation ready for others at once, instead of after a lease. */
  async letGo(nowMs: number): Promise<void> {
    await this.#beating; // or the row would have another beat than the one that was read
    if (this.#blameless) return this.#store.surrender(this.id);
    const row = (await this.#store.list()).find((worker) => worker.id === this.id);
    if (row !== undefined) await this.#store.expire(this.id, row.beat, nowMs);
  }

  #checkFence(): void {
    if (this.#alive && !this.alive) this.end("no heartbeat was acknowledged in time");
  }

  /** Never rejects. */
  async #sendBeat(): Promise<void> {
    if (!this.#alive) return;
    const held = this.#listener.held();
    const sentAt = performance.now();
    try {
      this.#beat += 1;
      const answer = await this.#store.beat({ worker: this.id, beat: this.#beat, room: this.#listener.room(), held });
      const receivedAt = performance.now();
      if (!this.#alive) return;
      if (answer.kind === "expired") return this.end("the lease was given to others");
      if (!this.alive) return this.end("a heartbeat was acknowledged too late"); // others may have acted on it already
      this.#acknowledgedAt = sentAt;
      this.#listener.clock({ storeMs: answer.nowMs, sentMs: sentAt, receivedMs: receivedAt });
      const gone = new Set(answer.gone);
      if (gone.size > 0) this.#listener.gone(held.filter(({ id }) => gone.has(id)));
      const changed = new Set(answer.changed);
      if (changed.size > 0) this.#listener.changed(held.filter(({ id }) => changed.has(id)));
    } catch (error) {
      this.#log.warn({ worker: this.id, err: error }, "heartbeat failed");
    }
  }
}
