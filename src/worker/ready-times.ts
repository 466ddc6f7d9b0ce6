import { Alarm } from "./running/alarm.ts";

/** Jobs of later times are found by the poll. */
const timesAtMost = 10_000;

/** Times of the store at which jobs become ready, as far as this worker knows: rings at each. A claim that knows of none later takes none back. */
export class ReadyTimes {
  readonly #nowMs: () => number;
  readonly #ring: () => void;
  readonly #alarm: Alarm;
  /** In order, each once. */
  readonly #times: number[] = [];
  #stopped = false;

  /** `nowMs`: the store's clock. */
  constructor(nowMs: () => number, ring: () => void) {
    this.#nowMs = nowMs;
    this.#ring = ring;
    this.#alarm = new Alarm(nowMs, () => this.#rang());
  }

  add(readyAt: number): void {
    if (this.#stopped) return;
    const place = this.#placeOf(readyAt);
    if (this.#times[place] === readyAt) return;
    this.#times.splice(place, 0, readyAt);
    if (this.#times.length > timesAtMost) this.#times.pop();
    if (place === 0) this.#alarm.set(readyAt);
  }

  stop(): void {
    this.#stopped = true;
    this.#alarm.clear();
  }

  #rang(): void {
    this.#times.splice(0, this.#placeOf(this.#nowMs() + 1));
    const [next] = this.#times;
    if (next !== undefined) this.#alarm.set(next);
    this.#ring();
  }

  /** Where the first is that is not before that time. */
  #placeOf(time: number): number {
    let [from, to] = [0, this.#times.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((this.#times[middle] ?? time) < time) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}
