/**
 * Of which workflows jobs wait in the store, as far as this worker knows: what its last claim left behind, and what hints told since.
 * A new job of such a workflow would overtake them.
 */
export class KnownWaiting {
  /** Undefined: of any. */
  #left: ReadonlySet<string> | undefined;
  /** Those that wait for a lower number of running ones, wherever: more slots do not help them. */
  #capped: ReadonlySet<string> = new Set();
  readonly #hinted = new Set<string>();
  #anyHinted = true;
  /** Jobs of these left this worker since the claim was asked whose answer is awaited: it may count them still. */
  readonly #leftSince = new Set<string>();

  /** Of a workflow that is not held back by its own cap. */
  get left(): Iterable<string> {
    return [...(this.#left ?? [])].filter((workflow) => !this.#capped.has(workflow));
  }

  /** Workflows of which no job may be begun before those that wait; undefined: of any. */
  get names(): readonly string[] | undefined {
    return this.#left === undefined ? undefined : [...this.#left];
  }

  /** Jobs may be ready; without a name, anybody's. */
  hint(workflow: string | undefined): void {
    if (workflow === undefined) this.#anyHinted = true;
    else this.#hinted.add(workflow);
  }

  /** A claim is on its way: its answer tells of what hints told before. */
  asked(): void {
    this.#hinted.clear();
    this.#leftSince.clear();
    this.#anyHinted = false;
  }

  /** A job left this worker. Answers whether the next one may run, where a cap kept it. */
  jobLeft(workflow: string): boolean {
    this.#leftSince.add(workflow);
    return this.#capped.has(workflow);
  }

  /** It failed. */
  unanswered(): void {
    this.#anyHinted = true;
  }

  /** Answers whether to ask again: a cap may keep less than the answer says, as jobs left meanwhile. */
  answered(left: readonly string[] | undefined, capped: readonly string[]): boolean {
    this.#left = left === undefined ? undefined : new Set(left);
    this.#capped = new Set(capped);
    return capped.some((workflow) => this.#leftSince.has(workflow));
  }

  has(workflow: string): boolean {
    return this.#anyHinted || this.#left === undefined || this.#left.has(workflow) || this.#hinted.has(workflow);
  }

  /** Jobs of others than that one wait, and not for their own caps; those of workflows that `isCrowded` tells could not begin either. */
  others(workflow: string, isCrowded: (workflow: string) => boolean): boolean {
    for (const one of this.#left ?? []) if (one !== workflow && !this.#capped.has(one) && !isCrowded(one)) return true;
    for (const one of this.#hinted) if (one !== workflow && !isCrowded(one)) return true;
    return false;
  }
}
