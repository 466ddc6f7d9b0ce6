import type { WorkerId } from "../../model/ids.ts";
import type { Collections } from "./collections.ts";
import { budgets, untilAnswered } from "./outcome/retry.ts";

/** How long a worker that was seen alive counts as alive for a lease at insert, in ms: a lease for a dead one is found by the sweep. */
const believedMs = 3000;

/** Which workers live, so that a start with a lease costs no look at their rows. */
export class LivingWorkers {
  readonly #collections: Collections;
  readonly #seenAt = new Map<WorkerId, number>();

  constructor(collections: Collections) {
    this.#collections = collections;
  }

  /** These were read as living now; all others are forgotten. */
  saw(workers: readonly WorkerId[]): void {
    this.#seenAt.clear();
    for (const worker of workers) this.#seenAt.set(worker, performance.now());
  }

  ended(worker: WorkerId): void {
    this.#seenAt.delete(worker);
  }

  /** Those of the workers that live. */
  async among(workers: ReadonlySet<WorkerId>): Promise<ReadonlySet<WorkerId>> {
    const now = performance.now();
    const unsure = [...workers].filter(
      (worker) => now - (this.#seenAt.get(worker) ?? Number.NEGATIVE_INFINITY) > believedMs,
    );
    if (unsure.length === 0) return workers;
    const rows = await untilAnswered(budgets.read, () =>
      this.#collections.workers.find({ _id: { $in: unsure }, beat: { $gt: 0 } }, { projection: { _id: 1 } }).toArray(),
    );
    for (const { _id } of rows) this.#seenAt.set(_id, performance.now());
    const dead = new Set(unsure.filter((worker) => !rows.some(({ _id }) => _id === worker)));
    return new Set([...workers].filter((worker) => !dead.has(worker)));
  }
}
