import type { Log } from "../model/log.ts";
import type { WorkerRow, WorkerStore } from "../store/store.ts";

interface Observation {
  readonly beat: number;
  /** When it was surely seen, on this process's monotonic clock: after the answer, as a slow one may have been read late. */
  readonly sinceMs: number;
}

/**
 * Beside so many workers, a process that only rescues looks at every second sweep: each look costs the store something, and who sees first acts.
 * One that gives jobs to workers (`onWorkers`) needs to know them at any time.
 */
const manyWorkers = 4;

/** Told of all workers that a look has seen. */
export type WorkersObserver = (rows: readonly WorkerRow[]) => void;

/**
 * Ends workers that fell silent. Expiry is observed, never computed from another machine's clock:
 * who sees one beat number for a whole lease on its own monotonic clock may call it dead, by compare-and-set on that beat.
 * An end that another rescuer began and did not finish, perhaps because it died itself, is finished at once.
 */
export class Rescue {
  readonly #workers: WorkerStore;
  readonly #leaseMs: number;
  readonly #sweepMs: number;
  readonly #log: Log;
  readonly #onWorkers: WorkersObserver | undefined;
  readonly #clock: () => number;
  #seen = new Map<string, Observation>();
  #lookedAt = Number.NEGATIVE_INFINITY;

  /** `clock`: this process's monotonic one, in ms. */
  constructor(
    workers: WorkerStore,
    leaseMs: number,
    sweepMs: number,
    log: Log,
    onWorkers?: WorkersObserver,
    clock: () => number = () => performance.now(),
  ) {
    this.#workers = workers;
    this.#leaseMs = leaseMs;
    this.#sweepMs = sweepMs;
    this.#log = log;
    this.#onWorkers = onWorkers;
    this.#clock = clock;
  }

  /** How many workers the last look saw. */
  get workers(): number {
    return this.#seen.size;
  }

  /** One look at all workers, if it is this process's turn. Answers how many jobs were set free. */
  async sweep(nowMs: number): Promise<number> {
    const lookingAt = this.#clock();
    const isShared = this.#onWorkers === undefined && this.workers >= manyWorkers;
    const everyMs = (isShared ? 2 : 1) * this.#sweepMs;
    if (lookingAt - this.#lookedAt < everyMs - this.#sweepMs / 2) return 0;
    const rows = await this.#workers.list();
    const lookedAt = this.#clock();
    this.#onWorkers?.(rows);
    // Whoever was stopped itself has observed nothing meanwhile: others may have been stopped with it, and wake now.
    const gapMs = lookingAt - this.#lookedAt;
    if (gapMs > Math.max(everyMs + 2 * this.#sweepMs, this.#leaseMs / 2)) this.#seen.clear();
    this.#lookedAt = lookingAt;
    const seen = new Map<string, Observation>();
    let freed = 0;
    for (const { id, beat, leaseMs, ended } of rows) {
      const before = this.#seen.get(id);
      const observation = before?.beat === beat ? before : { beat, sinceMs: lookedAt };
      seen.set(id, observation);
      if (!ended && lookingAt - observation.sinceMs < Math.max(this.#leaseMs, leaseMs)) continue;
      const jobs = await this.#workers.expire(id, beat, nowMs);
      if (jobs === undefined) continue; // it beat after all, or another rescuer was first
      this.#log.warn({ worker: id, jobs }, "worker lost: its jobs are given to others");
      freed += jobs;
    }
    this.#seen = seen;
    return freed;
  }
}
