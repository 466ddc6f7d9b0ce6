import { setTimeout as delay } from "node:timers/promises";
import type { Deps } from "../../jobs/deps.ts";
import { Overloaded } from "../../model/errors.ts";
import type { JobId, WorkerId } from "../../model/ids.ts";
import type { ReleasedJob } from "../../store/store.ts";
import type { AnswersDue } from "./answers-due.ts";

export interface ReleasesHost {
  readonly deps: Pick<Deps, "store" | "notifier">;
  readonly answersDue: AnswersDue;
  /** The store may know of jobs of that incarnation what this process does not. */
  doubt(worker: WorkerId, error: unknown): void;
  /** Jobs are given back, or will not be. */
  left(): void;
}

/** Gives jobs back to the store, for others to run. */
export class Releases {
  readonly #host: ReleasesHost;
  readonly #underWay = new Map<JobId, number>();

  constructor(host: ReleasesHost) {
    this.#host = host;
  }

  get settled(): boolean {
    return this.#underWay.size === 0;
  }

  /** The store may still show this job as the worker's. */
  has(id: JobId): boolean {
    return this.#underWay.has(id);
  }

  ids(): Iterable<JobId> {
    return this.#underWay.keys();
  }

  add(worker: WorkerId, jobs: readonly ReleasedJob[]): void {
    if (jobs.length > 0) void this.#give(worker, jobs);
  }

  /** Never rejects. */
  async #give(worker: WorkerId, jobs: readonly ReleasedJob[]): Promise<void> {
    const { deps, answersDue } = this.#host;
    for (const { id, fence } of jobs) {
      this.#underWay.set(id, fence);
      answersDue.left(id, fence);
    }
    try {
      await this.#untilTaken(() => deps.store.jobs.release(worker, jobs));
      if (jobs.some(({ notBefore }) => notBefore === undefined)) deps.notifier.publish({ kind: "ready" });
    } catch (error) {
      this.#host.doubt(worker, error);
    } finally {
      for (const { id, fence } of jobs) if (this.#underWay.get(id) === fence) this.#underWay.delete(id);
      this.#host.left();
    }
  }

  async #untilTaken(write: () => Promise<void>): Promise<void> {
    for (;;) {
      try {
        return await write();
      } catch (error) {
        if (!(error instanceof Overloaded)) throw error;
        await delay(error.retryAfterMs ?? 1000);
      }
    }
  }
}
