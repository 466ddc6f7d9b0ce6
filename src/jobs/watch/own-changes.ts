import type { JobId } from "../../model/ids.ts";
import type { Job } from "../../model/job/job.ts";

/** What this process has stored of a job: as it stands since then. */
export interface OwnChange {
  readonly job: Job;
  /** It went with that very commit: nobody can read it any more. */
  readonly removed?: true;
}

/** Tells the watchers of this process of what it stores itself, at once. Costs nothing while there are none. */
export class OwnChanges {
  readonly #listeners = new Set<(change: OwnChange) => void>();

  readonly #leaving = new Map<JobId, Promise<unknown>>();

  tell(change: OwnChange): void {
    for (const listener of this.#listeners) listener(change);
  }

  /** A commit that removes the job is under way: from some moment on the job is gone, and has not been told of yet. */
  leaving(id: JobId, commit: Promise<unknown>): void {
    if (this.#listeners.size === 0) return;
    this.#leaving.set(id, commit);
    const over = (): void => void (this.#leaving.get(id) === commit && this.#leaving.delete(id));
    commit.then(over, over);
  }

  /** Who finds that a job is gone waits for this: if it was this process that removed it, it has told of it then. */
  async left(id: JobId): Promise<void> {
    await this.#leaving.get(id)?.catch(() => undefined);
  }

  /** `listener` must not throw. Answers a function that ends the subscription. */
  subscribe(listener: (change: OwnChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
