import type { Slots } from "./slots.ts";

/** A job that cannot wait here comes back after so long at least, and at most, in ms. */
const soonestMs = 1000;
const latestMs = 30_000;

/** Of one target, a job comes back every so many ms. */
const apartMs = 20;

/** While jobs of a workflow go back, one claim in so long looks whether others of its jobs can begin, in ms: where nothing gets through to the target, and where something does. */
const lookAgainMs = 250;
const lookAgainMovingMs = 1000;

/** Targets whose crowds are remembered; more are forgotten, which costs a few looks more at their jobs. */
const mostRemembered = 1000;

/** Why jobs of a workflow go back. */
interface Crowd {
  readonly target: string;
  /** When the last of them did. */
  readonly lookedAt: number;
  /** Calls have begun since, of this target or another one with a crowd. */
  moves: boolean;
}

/**
 * Jobs that would call a target that has its share of the slots. As many as half of the slots wait in memory; what comes beyond is given
 * back to the store and comes back later, one after the other, so that neither memory nor claims are spent on a target that hangs. Where
 * its calls go on, more are claimed when few wait, and no more than may.
 */
export class Crowds {
  readonly #slots: Pick<Slots, "capacity" | "roomOf" | "waitingFor" | "holdsShare">;
  readonly #now: () => number;
  /** So many may wait for one target; fewer than `#few` are few. */
  readonly #most: number;
  readonly #few: number;
  /** When the last one given back for a target comes back. */
  readonly #lastBackAt = new Map<string, number>();
  readonly #crowds = new Map<string, Crowd>();

  /** `now` is a monotonic clock, in ms. */
  constructor(
    slots: Pick<Slots, "capacity" | "roomOf" | "waitingFor" | "holdsShare">,
    now: () => number = () => performance.now(),
  ) {
    this.#slots = slots;
    this.#now = now;
    this.#most = Math.ceil(slots.capacity / 2);
    this.#few = Math.ceil(slots.capacity / 4);
  }

  /** When a job that waits for that target should come back, in ms from now; undefined where it may stay. */
  backAfter(target: string, workflow: string): number | undefined {
    if (!this.#slots.holdsShare(target) || this.#slots.waitingFor(target) <= this.#most) return undefined;
    const now = this.#now();
    this.#crowds.set(workflow, { target, lookedAt: now, moves: false });
    const last = this.#lastBackAt.get(target) ?? 0;
    const at = Math.max(now + soonestMs, Math.min(last + apartMs, now + latestMs));
    if (this.#lastBackAt.size >= mostRemembered) this.#lastBackAt.clear();
    this.#lastBackAt.set(target, at);
    return at - now;
  }

  /** A job of that workflow calls that target, or somebody without a name: who has no crowd shows that more can begin. */
  passed(workflow: string, target: string | undefined): void {
    const crowd = this.#crowds.get(workflow);
    if (crowd === undefined) return;
    if (target !== undefined && (target === crowd.target || this.#slots.waitingFor(target) >= this.#few))
      crowd.moves = true;
    else this.#crowds.delete(workflow);
  }

  /** Jobs of that workflow went back lately, and those of it in the store would too, most likely. */
  has(workflow: string): boolean {
    return this.#crowdOf(workflow) !== undefined;
  }

  /** How many more jobs of that workflow should come. */
  roomOf(workflow: string): number {
    const room = this.#slots.roomOf(workflow);
    const crowd = this.#crowdOf(workflow);
    if (crowd === undefined) return room;
    const waiting = this.#slots.waitingFor(crowd.target);
    return waiting >= this.#few ? 0 : Math.min(room, this.#most - waiting);
  }

  /** Workflows of which jobs may have gone back lately. */
  get workflows(): Iterable<string> {
    return this.#crowds.keys();
  }

  #crowdOf(workflow: string): Crowd | undefined {
    const crowd = this.#crowds.get(workflow);
    if (crowd === undefined) return undefined;
    const isOver = this.#now() - crowd.lookedAt >= (crowd.moves ? lookAgainMovingMs : lookAgainMs);
    if (isOver) this.#crowds.delete(workflow);
    return isOver || !this.#slots.holdsShare(crowd.target) ? undefined : crowd;
  }
}
