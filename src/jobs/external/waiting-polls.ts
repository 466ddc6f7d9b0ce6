import { offeredAt } from "../../engine/external/offers.ts";
import type { Log } from "../../model/log.ts";
import type { Deps } from "../deps.ts";
import { Bell } from "../watch/bell.ts";
import type { OwnChange } from "../watch/own-changes.ts";
import { type PollAsk, pollExternal, type TakenTask } from "./poll.ts";

/** What other processes offer, and what is offered by the time alone, is found by looking again, so often, in ms. */
const lookEveryMs = 1000;

export interface WaitAsk extends PollAsk {
  readonly waitMs: number;
  /** Ends the wait: nothing is taken for one who has gone. */
  readonly signal: AbortSignal;
}

/**
 * Those who wait for work of a queue at this process, the longest waiting first. That one alone looks again now and then, and wakes the next when it leaves; what the process stores
 * itself wakes it at once. So an empty queue costs one look a second, however many wait, and of those who want tasks of one job each
 * takes them when the one before has: side by side all but one would commit in vain.
 */
export class WaitingPolls {
  readonly #deps: Deps;
  readonly #log: Log;
  readonly #waiting = new Map<string, Set<Bell>>();
  #end: (() => void) | undefined;

  constructor(deps: Deps, log: Log) {
    this.#deps = deps;
    this.#log = log;
  }

  /** Takes what is offered, or what will be within the time. Throws as `pollExternal`. */
  async take({ waitMs, signal, ...ask }: WaitAsk): Promise<TakenTask[]> {
    const until = performance.now() + waitMs;
    const bell = new Bell();
    const ring = (): void => bell.ring();
    signal.addEventListener("abort", ring);
    this.#enter(ask.queue, bell);
    try {
      while (!signal.aborted) {
        const taken = await pollExternal(this.#deps, this.#log, ask);
        const leftMs = until - performance.now();
        if (taken.length > 0 || leftMs <= 0) return taken;
        await bell.rung(this.#first(ask.queue) === bell ? Math.min(leftMs, lookEveryMs) : leftMs);
      }
      return [];
    } finally {
      signal.removeEventListener("abort", ring);
      this.#leave(ask.queue, bell);
    }
  }

  #enter(queue: string, bell: Bell): void {
    this.#end ??= this.#deps.changes?.subscribe((change) => this.#hear(change));
    const bells = this.#waiting.get(queue) ?? new Set();
    this.#waiting.set(queue, bells.add(bell));
  }

  #first(queue: string): Bell | undefined {
    return this.#waiting.get(queue)?.values().next().value;
  }

  #leave(queue: string, bell: Bell): void {
    const bells = this.#waiting.get(queue);
    bells?.delete(bell);
    if (bells?.size === 0) this.#waiting.delete(queue);
    this.#first(queue)?.ring();
    if (this.#waiting.size > 0) return;
    this.#end?.();
    this.#end = undefined;
  }

  #hear({ job: { tasks } }: OwnChange): void {
    const { nowMs } = this.#deps.moment();
    const offered = new Set<string>();
    for (const { external, status } of tasks)
      if (external !== undefined && status === "awaiting" && offeredAt(external) <= nowMs) offered.add(external.queue);
    for (const queue of offered) this.#first(queue)?.ring();
  }
}
