import type { Slots } from "./slots.ts";

/** A job that cannot wait here comes back after so long at least, and at most, in ms. */
const soonestMs = 1000;
const latestMs = 30_000;

/** Of one target, a job comes back every so many ms. */
const apartMs = 20;

/** A workflow whose jobs could not begin for their targets is claimed again after so long, or once one of its jobs can; in ms. */
const heldBackMs = 250;

/** Targets whose crowds are remembered; more are forgotten, which costs a few looks more at their jobs. */
const mostRemembered = 1000;

/**
 * Jobs that would call a target that has its share of the slots. As many as half of the slots wait in memory; what comes beyond is given
 * back to the store and comes back later, one after the other, so that neither memory nor claims are spent on a target that hangs.
 */
export class Crowds {
  readonly #slots: Pick<Slots, "capacity" | "waitingFor" | "holdsShare">;
  readonly #now: () => number;
  /** When the last one given back for a target comes back. */
  readonly #lastBackAt = new Map<string, number>();
  readonly #heldBack = new Map<string, number>();

  /** `now` is a monotonic clock, in ms. */
  constructor(
    slots: Pick<Slots, "capacity" | "waitingFor" | "holdsShare">,
    now: () => number = () => performance.now(),
  ) {
    this.#slots = slots;
    this.#now = now;
  }

  /** When a job that waits for that target should come back, in ms from now; undefined where it may stay. */
  backAfter(target: string, workflow: string): number | undefined {
    const { capacity } = this.#slots;
    if (!this.#slots.holdsShare(target) || this.#slots.waitingFor(target) <= Math.ceil(capacity / 2)) return undefined;
    const now = this.#now();
    this.#heldBack.set(workflow, now + heldBackMs);
    const last = this.#lastBackAt.get(target) ?? 0;
    const at = Math.max(now + soonestMs, Math.min(last + apartMs, now + latestMs));
    if (this.#lastBackAt.size >= mostRemembered) this.#lastBackAt.clear();
    this.#lastBackAt.set(target, at);
    return at - now;
  }

  /** A job of that workflow calls somebody. */
  passed(workflow: string): void {
    this.#heldBack.delete(workflow);
  }

  /** Nothing of that workflow should be claimed for the moment. */
  holdsBack(workflow: string): boolean {
    const until = this.#heldBack.get(workflow);
    if (until === undefined || until > this.#now()) return until !== undefined;
    this.#heldBack.delete(workflow);
    return false;
  }

  /** Workflows that may be held back. */
  get heldBack(): Iterable<string> {
    return this.#heldBack.keys();
  }
}
