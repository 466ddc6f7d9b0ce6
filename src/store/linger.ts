export interface LingerBounds {
  /** Longest, in ms; 0: never. */
  readonly lingerMs: number;
  /** Batches of no more members are followed by no pause. */
  readonly lingerAbove: number;
  /** No batch gets larger. */
  readonly batchMembers: number;
}

/**
 * Whether the next batch should wait for more: each costs the store about the same, however many members it has. Under load those who
 * are answered come back at once with the next call. Without a pause the first few of them would take a batch of their own, and all
 * others the one after: two groups in turns, each half as large as it could be.
 */
export class Linger {
  readonly #bounds: LingerBounds;
  readonly #now: () => number;
  #until = Number.NEGATIVE_INFINITY;
  #enough = 0;

  /** `now` is a monotonic clock, in ms. */
  constructor(bounds: LingerBounds, now: () => number) {
    this.#bounds = bounds;
    this.#now = now;
  }

  /** A batch ended. It is worth to wait for its members to come back, but no longer than they have been away. */
  begin(batch: { readonly members: number; readonly waiting: number; readonly tookMs: number }): void {
    const { lingerMs, lingerAbove, batchMembers } = this.#bounds;
    if (batch.members <= lingerAbove) return;
    this.#until = this.#now() + Math.min(lingerMs, batch.tookMs);
    this.#enough = Math.min(batchMembers, batch.members + batch.waiting);
  }

  /** How long a batch of so many members should wait for more, in ms; not above 0 where it should not. */
  restMs(members: number): number {
    return members >= this.#enough ? 0 : this.#until - this.#now();
  }
}
