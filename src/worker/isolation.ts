/**
 * How long suspects keep healthy jobs out of their worker at most: longer than a call with the usual time-outs takes. One that has not
 * brought its worker down until then may run for hours, and the others need not wait for it.
 */
const longestIsolationMs = 60_000;

/** The suspects in a worker's hand that have had no result yet: while there are any, nothing healthy is begun beside them. */
export class Isolation<Member> {
  readonly #members = new Set<Member>();
  #since = 0;

  add(member: Member, nowMs: number): void {
    this.#members.add(member);
    this.#since = nowMs;
  }

  /** It had a result, or left. */
  remove(member: Member): void {
    this.#members.delete(member);
  }

  /** Monotonic ms. */
  holds(nowMs: number): boolean {
    return this.#members.size > 0 && nowMs - this.#since < longestIsolationMs;
  }
}
