/** How much of what was learnt is kept with each further batch. */
const memory = 0.95;

/** Less than any store needs for one member; keeps a long queue from looking free while only small batches were seen. */
const leastPerMemberMs = 0.005;

/**
 * How long a batch of a given size takes, learnt from those that were: a fixed part (the disk, the network) and a part for
 * each member, by least squares with exponential forgetting.
 */
export class BatchCost {
  // Begins with the memory of two batches on an ordinary disk, which the first real ones soon outweigh.
  #weight = 2;
  #members = 513;
  #durations = 22;
  #squares = 1 + 512 * 512;
  #products = 1 * 2 + 512 * 20;

  observe(members: number, durationMs: number): void {
    this.#weight = this.#weight * memory + 1;
    this.#members = this.#members * memory + members;
    this.#durations = this.#durations * memory + durationMs;
    this.#squares = this.#squares * memory + members * members;
    this.#products = this.#products * memory + members * durationMs;
  }

  /** Expected duration of one batch, in ms. */
  predict(members: number): number {
    const meanMembers = this.#members / this.#weight;
    const meanMs = this.#durations / this.#weight;
    const variance = this.#squares / this.#weight - meanMembers * meanMembers;
    const covariance = this.#products / this.#weight - meanMembers * meanMs;
    const slope = variance > 1e-6 ? covariance / variance : 0;
    const perMemberMs = Math.max(leastPerMemberMs, Math.min(slope, meanMs / Math.max(1, meanMembers)));
    const fixedMs = Math.max(0, meanMs - perMemberMs * meanMembers);
    return fixedMs + perMemberMs * members;
  }
}
