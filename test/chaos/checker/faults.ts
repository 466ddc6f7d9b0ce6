import type { Call, Evidence, Incarnation, Interval, Settings } from "./evidence.ts";

/** What was done to the workers, and what it excuses. */
export class Faults {
  readonly #incarnations: ReadonlyMap<string, Incarnation>;
  readonly #settings: Settings;

  constructor({ incarnations, settings }: Evidence) {
    this.#incarnations = new Map(incarnations.map((incarnation) => [incarnation.name, incarnation]));
    this.#settings = settings;
  }

  /**
   * The call's worker was killed, or stopped beyond its lease, while the call was open or its result not yet durable, and
   * before `nextAtMs`. An answered call counts as open for the longest time that a commit may take, as only the store knows
   * when it ended: whether the result was recorded after all is another check.
   */
  interrupted(call: Call, nextAtMs: number): boolean {
    const incarnation = this.#incarnations.get(call.incarnation);
    if (incarnation === undefined) return false;
    const openUntilMs = call.answeredAtMs === undefined ? Infinity : call.answeredAtMs + this.#settings.commitWithinMs;
    const hit = (fault: Interval): boolean =>
      fault.fromMs <= openUntilMs && fault.toMs >= call.receivedAtMs && fault.fromMs <= nextAtMs;
    const { killed } = incarnation;
    return (killed !== undefined && hit(killed)) || this.#beyondLease(incarnation).some(hit);
  }

  /** The call left a worker that had been stopped beyond its lease and did not know it yet. */
  late(call: Call): boolean {
    const incarnation = this.#incarnations.get(call.incarnation);
    if (incarnation === undefined) return false;
    return this.#beyondLease(incarnation).some(
      (stop) => call.receivedAtMs >= stop.fromMs && call.receivedAtMs <= stop.toMs + this.#settings.settleMs,
    );
  }

  /** The last beat may be a heartbeat older than the stop. */
  #beyondLease(incarnation: Incarnation): readonly Interval[] {
    const { leaseMs, heartbeatMs } = this.#settings;
    return incarnation.stops.filter((stop) => stop.toMs - stop.fromMs >= leaseMs - heartbeatMs);
  }
}
