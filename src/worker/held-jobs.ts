import type { Deps } from "../jobs/deps.ts";
import type { JobId } from "../model/ids.ts";
import type { Job, Lease } from "../model/job/job.ts";
import type { Log } from "../model/log.ts";
import type { Workflow } from "../model/workflow.ts";
import { type HeldJob, suspectFrom } from "../store/store.ts";
import type { AttemptRunner } from "./attempt-runner.ts";
import { JobRunner, type RunnerHost } from "./job-runner.ts";
import type { Slots } from "./slots.ts";

export interface HeldJobsParts {
  readonly deps: Deps;
  readonly slots: Slots;
  readonly run: AttemptRunner;
  readonly log: Log;
  /** The incarnation of that id may be trusted still. */
  alive(worker: string): boolean;
  draining(): boolean;
  /** Something failed after which nothing in memory may be trusted, if it is the store's failure. */
  failed(error: unknown): void;
  /** A job left. */
  left(): void;
}

interface Held {
  readonly lease: Lease;
  /** Absent while its model is being read, and for a job that a bug of ours has parked. */
  runner?: JobRunner;
}

/** The jobs that this worker holds, each with its runner. */
export class HeldJobs {
  readonly #parts: HeldJobsParts;
  readonly #held = new Map<JobId, Held>();
  #isolated: JobId | undefined;
  #emptied: (() => void) | undefined;

  constructor(parts: HeldJobsParts) {
    this.#parts = parts;
  }

  get size(): number {
    return this.#held.size;
  }

  /** A job that lost several workers is here, and runs alone. */
  get isolating(): boolean {
    return this.#isolated !== undefined;
  }

  list(): HeldJob[] {
    return [...this.#held].map(([id, { lease }]) => ({ id, fence: lease.fence }));
  }

  /** Takes a job with its lease and one slot. */
  hold(job: Job, lease: Lease): void {
    if (job.lost >= suspectFrom) this.#isolated = job.id;
    const held: Held = { lease };
    this.#held.set(job.id, held);
    const model = this.#parts.deps.catalog.known(job.workflow);
    if (model !== undefined) this.#begin(held, model, job);
    else void this.#beginWithStoredModel(held, job);
  }

  /** Others have these now, or they are final: what still runs of them is aborted. */
  gone(ids: readonly JobId[]): void {
    for (const id of ids) this.#remove(id, this.#held.get(id))?.forget();
  }

  forgetAll(): void {
    this.gone([...this.#held.keys()]);
  }

  /** Looks whether a job is still ours, after a hint that it may not be. */
  async check(id: JobId): Promise<void> {
    const held = this.#held.get(id);
    if (held === undefined) return;
    try {
      const job = await this.#parts.deps.store.jobs.get(id);
      const ours = job?.lease?.worker === held.lease.worker && job.lease.fence === held.lease.fence;
      if (!ours && this.#held.get(id) === held) this.gone([id]);
    } catch (error) {
      this.#parts.failed(error);
    }
  }

  /** Gives back what does not run; the rest follows as it ends. */
  yieldIdle(): void {
    for (const { runner } of [...this.#held.values()]) runner?.yieldIfIdle();
  }

  abortAll(): void {
    for (const { runner } of this.#held.values()) runner?.abort();
  }

  /** Resolves to true once nothing is held, to false after the time. */
  async empty(withinMs: number): Promise<boolean> {
    if (this.#held.size === 0) return true;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const timer = setTimeout(() => resolve(false), withinMs);
    this.#emptied = () => resolve(true);
    const empty = await promise;
    clearTimeout(timer);
    this.#emptied = undefined;
    return empty;
  }

  async #beginWithStoredModel(held: Held, job: Job): Promise<void> {
    try {
      const model = await this.#parts.deps.catalog.modelOf(job.workflow);
      if (this.#held.get(job.id) === held) this.#begin(held, model, job);
      else this.#parts.slots.give();
    } catch (error) {
      this.#parts.slots.give();
      this.#parts.failed(error);
    }
  }

  #begin(held: Held, model: Workflow, job: Job): void {
    held.runner = new JobRunner(this.#hostOf(held), model, job, held.lease.worker, 1);
    held.runner.begin();
  }

  #hostOf(held: Held): RunnerHost {
    const parts = this.#parts;
    return {
      deps: parts.deps,
      slots: parts.slots,
      run: parts.run,
      draining: () => parts.draining(),
      alive: () => parts.alive(held.lease.worker),
      done: (runner, how) => {
        this.#remove(runner.id, held);
        if (how === "give_back") void this.#release(runner.id, held.lease);
      },
      failed: (runner, error) => {
        delete held.runner; // parked: still held, so that nobody runs into the same bug at once
        parts.log.error({ job: runner.id, err: error }, "a job could not be continued");
        parts.failed(error);
      },
    };
  }

  async #release(id: JobId, lease: Lease): Promise<void> {
    try {
      await this.#parts.deps.store.jobs.release(lease.worker, [{ id, fence: lease.fence }]);
    } catch (error) {
      this.#parts.failed(error);
    }
  }

  #remove(id: JobId, held: Held | undefined): JobRunner | undefined {
    if (held === undefined || this.#held.get(id) !== held) return undefined;
    this.#held.delete(id);
    if (this.#isolated === id) this.#isolated = undefined;
    if (this.#held.size === 0) this.#emptied?.();
    this.#parts.left();
    return held.runner;
  }
}
