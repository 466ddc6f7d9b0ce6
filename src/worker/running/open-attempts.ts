import type { Event } from "../../model/decision/event.ts";
import type { Slots } from "../slots.ts";

export interface OpenAttemptsHost {
  readonly slots: Slots;
  /** Whether one that waited for a slot may still begin. */
  mayBegin(): boolean;
  /** One has ended, and its slot is spare; without an event there is nothing to tell of it. */
  ended(event: Event | undefined): void;
}

/** The attempts of one job that run or wait for a slot, and the slots that the job has. */
export class OpenAttempts {
  readonly #host: OpenAttemptsHost;
  readonly #begun = new Map<string, AbortController>();
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
    return this.#begun.has(key);
  }

  /** Runs it with a slot, as soon as there is one; `run` never rejects. */
  begin(key: string, run: (signal: AbortSignal) => Promise<Event | undefined>): void {
    const controller = new AbortController();
    this.#begun.set(key, controller);
    if (this.#spare > 0) {
      this.#spare -= 1;
      void this.#run(key, run, controller.signal);
      return;
    }
    this.#host.slots.whenFree(() => {
      if (!this.#host.mayBegin() || controller.signal.aborted) {
        this.#begun.delete(key); // it may be begun later, if anything of this job is
        return false;
      }
      void this.#run(key, run, controller.signal);
      return true;
    });
  }

  /** Aborts those of executions that ended while they ran, because others did. */
  abortUnless(isOpen: (key: string) => boolean): void {
    for (const [key, controller] of this.#begun) if (!isOpen(key)) controller.abort();
  }

  abortAll(): void {
    for (const controller of this.#begun.values()) controller.abort();
  }

  returnSpareSlots(): void {
    for (; this.#spare > 0; this.#spare -= 1) this.#host.slots.give();
  }

  async #run(
    key: string,
    run: (signal: AbortSignal) => Promise<Event | undefined>,
    signal: AbortSignal,
  ): Promise<void> {
    this.#running += 1;
    const event = await run(signal);
    this.#running -= 1;
    this.#begun.delete(key);
    this.#spare += 1;
    this.#host.ended(event);
  }
}
