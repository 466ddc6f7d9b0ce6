import { Shares } from "./shares.ts";

/** Answers whether it takes the slot that it is offered. */
type Offer = () => boolean;

interface Waiting {
  /** Gone when nobody waits any more: tables of the past may refer to this entry still (docs/decisions/0004-engine-and-leases.md). */
  offer: Offer | undefined;
}

/** Who waits for the same: offers in order. */
interface Line {
  readonly workflow: string;
  readonly target: string | undefined;
  readonly offers: Set<Waiting>;
}

export interface SlotsHost {
  /** A slot is free that nobody waits for who may have it. */
  freed(): void;
  /** Jobs of other workflows wait for a worker, and for slots, as far as this one knows. */
  othersWait(workflow: string): boolean;
}

/** More for targets: a workflow beside another one has slots left for those of its jobs whose target does not hang. */
const keptForWorkflows = 0.1;
const keptForTargets = 0.2;

/** So long after the last change, those who wait look again: what kept slots from them may be over. In ms. */
const lookAgainMs = 1000;

/**
 * Places for running attempts. Each is a workflow's, and while it calls somebody that target's too; one of either takes no more than its
 * share (`shares.ts`). Of those who wait, the workflow that holds the fewest is served first, of one workflow the target that does, and of
 * one target whoever came first; waiting costs a function.
 */
export class Slots {
  #free: number;
  readonly capacity: number;
  readonly #host: SlotsHost;
  readonly #workflows: Shares;
  readonly #targets: Shares;
  readonly #targetsAreCapped: boolean;
  readonly #lines = new Map<string, Line>();
  #serving = false;
  #again: NodeJS.Timeout | undefined;

  /** `mostForTarget`: no target is called by more at once. `now` is a monotonic clock, in ms. */
  constructor(
    capacity: number,
    host: SlotsHost,
    mostForTarget = capacity,
    now: () => number = () => performance.now(),
  ) {
    this.capacity = capacity;
    this.#free = capacity;
    this.#host = host;
    this.#workflows = new Shares(capacity, keptForWorkflows, now);
    this.#targets = new Shares(capacity, keptForTargets, now, mostForTarget);
    this.#targetsAreCapped = mostForTarget < capacity;
  }

  /** Slots that are not taken. */
  get free(): number {
    return this.#free;
  }

  get allFree(): boolean {
    return this.#free === this.capacity;
  }

  /** Jobs of more than one workflow were here lately. */
  get isShared(): boolean {
    return this.#workflows.isShared;
  }

  /** Workflows that hold slots. */
  get holders(): Iterable<string> {
    return this.#workflows.holders;
  }

  /** How many more slots that workflow may take, whether or not so many are free. */
  roomOf(workflow: string): number {
    return this.#workflows.room(workflow, this.#othersWaitHere(workflow) || this.#host.othersWait(workflow));
  }

  /** Jobs of other workflows wait here for slots, and not only for a call of their target to end. */
  #othersWaitHere(workflow: string): boolean {
    if (!this.#workflows.othersWait(workflow)) return false;
    if (!this.#targetsAreCapped) return true;
    for (const line of this.#lines.values())
      if (line.workflow !== workflow && (line.target === undefined || !this.#targets.holdsMost(line.target)))
        return true;
    return false;
  }

  /** Slots for jobs that are still to come, nobody's as yet. */
  tryTake(count: number): boolean {
    if (this.#free < count) return false;
    this.#free -= count;
    return true;
  }

  /** Takes as many as are free, at most `count`; answers how many. */
  takeUpTo(count: number): number {
    const taken = Math.min(count, this.#free);
    this.#free -= taken;
    return taken;
  }

  /** A slot for a job of that workflow, unless it has its share. */
  tryTakeFor(workflow: string): boolean {
    if (this.roomOf(workflow) <= 0 || !this.tryTake(1)) return false;
    this.#workflows.take(workflow);
    return true;
  }

  /** A taken slot that was nobody's is that workflow's. */
  own(workflow: string): void {
    this.#workflows.take(workflow);
  }

  /** Gives one back; that workflow's, or nobody's. */
  give(workflow?: string): void {
    if (workflow !== undefined) this.#workflows.give(workflow);
    this.#free += 1;
    this.#serve();
  }

  /** Who has a slot may call that target, if it answers true; `leave` follows. */
  enter(target: string): boolean {
    if (this.#targets.room(target) <= 0) return false;
    this.#targets.take(target);
    return true;
  }

  leave(target: string): void {
    this.#targets.give(target);
  }

  /** The target has its share: whoever waits to call it does not wait for a slot alone. */
  holdsShare(target: string): boolean {
    return this.#targets.isHeld(target);
  }

  /** How many wait for a slot to call that target with. */
  waitingFor(target: string): number {
    return this.#targets.waiting(target);
  }

  /**
   * Offers a slot, at once where the workflow and, if it is known, the target may have one, else when they may; with the target entered.
   * Answers a function that ends the waiting.
   */
  whenFree(workflow: string, target: string | undefined, offer: Offer): () => void {
    const own: Waiting = { offer };
    const key = JSON.stringify([workflow, target]);
    const line = this.#lines.get(key) ?? { workflow, target, offers: new Set() };
    this.#lines.set(key, line);
    line.offers.add(own);
    this.#workflows.wait(workflow);
    if (target !== undefined) this.#targets.wait(target);
    this.#serve();
    return () => {
      if (line.offers.has(own)) this.#leaveLine(key, line, own);
    };
  }

  /** Whoever is offered a slot may give back others meanwhile. */
  #serve(): void {
    if (this.#serving) return;
    this.#serving = true;
    for (let next = this.#nextLine(); next !== undefined; next = this.#nextLine()) this.#offer(...next);
    this.#serving = false;
    if (this.#lines.size > 0 && this.#free > 0) this.#lookAgain();
    if (this.#free > 0) this.#host.freed();
  }

  #nextLine(): [string, Line] | undefined {
    if (this.#free === 0) return undefined;
    let next: [string, Line] | undefined;
    let least = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY] as const;
    for (const [key, line] of this.#lines) {
      const { workflow, target } = line;
      if ((target !== undefined && this.#targets.room(target) <= 0) || this.roomOf(workflow) <= 0) continue;
      const held = [this.#workflows.held(workflow), target === undefined ? 0 : this.#targets.held(target)] as const;
      if (held[0] > least[0] || (held[0] === least[0] && held[1] >= least[1])) continue;
      [next, least] = [[key, line], held];
    }
    return next;
  }

  #offer(key: string, line: Line): void {
    const { workflow, target } = line;
    const [waiting] = line.offers;
    const offer = waiting?.offer;
    if (waiting === undefined || offer === undefined) return;
    this.#leaveLine(key, line, waiting);
    if (this.#lines.delete(key)) this.#lines.set(key, line); // the others come first
    this.#free -= 1;
    this.#workflows.take(workflow);
    if (target !== undefined) this.#targets.take(target);
    if (offer()) return;
    if (target !== undefined) this.#targets.give(target);
    this.#workflows.give(workflow);
    this.#free += 1;
  }

  #leaveLine(key: string, line: Line, waiting: Waiting): void {
    line.offers.delete(waiting);
    waiting.offer = undefined;
    if (line.offers.size === 0) this.#lines.delete(key);
    this.#workflows.waitNoMore(line.workflow);
    if (line.target !== undefined) this.#targets.waitNoMore(line.target);
  }

  #lookAgain(): void {
    if (this.#again !== undefined) return;
    this.#again = setTimeout(() => {
      this.#again = undefined;
      this.#serve();
    }, lookAgainMs).unref();
  }
}
