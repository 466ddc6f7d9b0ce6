import type { Event } from "../../model/decision/event.ts";
import type { Slots } from "../slots/slots.ts";

export interface OpenAttemptsHost {
  readonly slots: Slots;
  readonly workflow: string;
  /** Whether one that waited for a slot may still begin. */
  mayBegin(): boolean;
  /** One has ended, and its slot is spare; without an event there is nothing to tell of it. */
  ended(event: Event | undefined): void;
  /** One that waited was offered a slot and may not begin: it waits no more, and nothing else tells of it. */
  refused(): void;
  /** One waits for a slot to call this target with. */
  waits(target: string): void;
  /** One may call this target, or somebody without a name. */
  passed(target: string | undefined): void;
}

/** Runs one attempt; never rejects. Before it calls anybody it asks whether it may: where the target has its share of the slots, it waits for its turn. */
export type RunAttempt = (
  signal: AbortSignal,
  enter: (target: string | undefined) => Promise<boolean>,
) => Promise<Event | undefined>;

/** How the waiting for a slot ended: with one; when one was offered that might not be used any more; or by itself. */
type Answer = "granted" | "refused" | "left";

interface Open {
  readonly attempt: number;
  readonly controller: AbortController;
  /** What it calls, once it may. */
  target: string | undefined;
  /** Ends its waiting for a slot, while it does. */
  stopWaiting: (() => void) | undefined;
}

/** The attempts of one job that run or wait for a slot, and the slots that the job has. */
export class OpenAttempts {
  readonly #host: OpenAttemptsHost;
  readonly #open = new Map<string, Open>();
  #running = 0;
  /** Slots that the job holds and does not use at the moment; it comes with one. */
  #spare = 1;

  constructor(host: OpenAttemptsHost) {
    this.#host = host;
  }

  /** How many have a slot and run. */
  get running(): number {
    return this.#running;
  }

  has(key: string): boolean {
    return this.#open.has(key);
  }

  get size(): number {
    return this.#open.size;
  }

  /** Runs it with a slot, as soon as there is one. `expected`: whom it will call, most likely. */
  begin(key: string, attempt: number, expected: string | undefined, run: RunAttempt): void {
    const open: Open = { attempt, controller: new AbortController(), target: undefined, stopWaiting: undefined };
    this.#open.set(key, open);
    if (this.#spare > 0) {
      this.#spare -= 1;
      void this.#run(key, open, run);
      return;
    }
    this.#wait(open, expected, (answer) => {
      if (answer === "granted") return void this.#run(key, open, run);
      this.#open.delete(key); // it may be begun later, if anything of this job is
      if (answer === "refused") this.#host.refused();
    });
  }

  /** Aborts those of executions that ended while they ran, because others did, or that go on with a later attempt. */
  abortUnless(isOpen: (key: string, attempt: number) => boolean): void {
    for (const [key, open] of this.#open) if (!isOpen(key, open.attempt)) abort(open);
  }

  abortAll(): void {
    for (const open of this.#open.values()) abort(open);
  }

  /** Nobody waits for a slot any more; those that run go on. */
  stopWaiting(): void {
    for (const { stopWaiting } of [...this.#open.values()]) stopWaiting?.();
  }

  returnSpareSlots(): void {
    for (; this.#spare > 0; this.#spare -= 1) this.#host.slots.give(this.#host.workflow);
  }

  async #run(key: string, open: Open, run: RunAttempt): Promise<void> {
    this.#running += 1;
    let hasSlot = true;
    const event = await run(open.controller.signal, async (target) => {
      hasSlot = await this.#enter(open, target);
      return hasSlot;
    });
    this.#leaveTarget(open);
    this.#open.delete(key);
    if (hasSlot) {
      this.#running -= 1;
      this.#spare += 1;
    }
    this.#host.ended(event);
  }

  /** Without a place at its target an attempt gives its slot to others, and waits for one of its turn. False where it shall not go on: it has no slot then. */
  async #enter(open: Open, target: string | undefined): Promise<boolean> {
    const { slots, workflow } = this.#host;
    if (open.target !== target) this.#leaveTarget(open); // it was expected to call somebody else
    if (target !== undefined && open.target === undefined && !open.controller.signal.aborted && !slots.enter(target)) {
      this.#running -= 1;
      const answer = new Promise<Answer>((resolve) => this.#wait(open, target, resolve));
      slots.give(workflow);
      if ((await answer) !== "granted") return false;
      this.#running += 1;
    } else if (!open.controller.signal.aborted) open.target = target; // who is aborted sees it itself
    this.#host.passed(target);
    return true;
  }

  #leaveTarget(open: Open): void {
    if (open.target !== undefined) this.#host.slots.leave(open.target);
    open.target = undefined;
  }

  /** `then` is told once: with a slot, and a place at the target where one is named; or that there will be none. */
  #wait(open: Open, target: string | undefined, then: (answer: Answer) => void): void {
    let isOver = false;
    const settle = (answer: Answer): boolean => {
      isOver = true;
      open.stopWaiting = undefined;
      if (answer === "granted") open.target = target;
      then(answer);
      return answer === "granted";
    };
    const leave = this.#host.slots.whenFree(this.#host.workflow, target, () =>
      settle(this.#host.mayBegin() && !open.controller.signal.aborted ? "granted" : "refused"),
    );
    if (isOver) return;
    open.stopWaiting = () => {
      leave();
      settle("left");
    };
    if (target !== undefined) this.#host.waits(target);
  }
}

function abort({ controller, stopWaiting }: Open): void {
  controller.abort();
  stopWaiting?.();
}
