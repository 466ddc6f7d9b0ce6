import type { Call, Evidence, Incarnation, Interval, Settings } from "./evidence.ts";

export type Interruption = "killed" | "stopped" | "cut_off";

/** What was done to the workers, and what it excuses. */
export class Faults {
  readonly #incarnations: ReadonlyMap<string, Incarnation>;
  readonly #outages: readonly Interval[];
  readonly #settings: Settings;

  constructor({ incarnations, outages, settings }: Evidence) {
    this.#incarnations = new Map(incarnations.map((incarnation) => [incarnation.name, incarnation]));
    this.#outages = outages;
    this.#settings = settings;
  }

  /**
   * How the call's worker was interrupted while the call was open or its result not yet durable, and before `nextAtMs`: killed,
   * stopped beyond its lease, or cut off from the store until it gave up its lease. An answered call counts as open for the longest
   * time that a commit may take, as only the store knows when it ended: whether the result was recorded after all is another check.
   * What a worker sent before it died may be received some time later, where the receiver is busy; a kill of long before explains nothing.
   */
  interruption(call: Call, nextAtMs: number): Interruption | undefined {
    const incarnation = this.#incarnations.get(call.incarnation);
    if (incarnation === undefined) return undefined;
    const openUntilMs = call.answeredAtMs === undefined ? Infinity : call.answeredAtMs + this.#settings.commitWithinMs;
    const hit = (fault: Interval): boolean =>
      fault.fromMs <= openUntilMs && fault.toMs >= call.receivedAtMs && fault.fromMs <= nextAtMs;
    const diedAtMs = incarnation.killed?.fromMs ?? Infinity;
    const goneAtMs = incarnation.killed?.toMs ?? Infinity;
    const couldSend = goneAtMs >= call.receivedAtMs - this.#settings.receiveWithinMs;
    if (couldSend && diedAtMs <= openUntilMs && diedAtMs <= nextAtMs) return "killed";
    if (this.#beyondLease(incarnation).some(hit)) return "stopped";
    if (this.#cutOff(incarnation).some(hit)) return "cut_off";
    return undefined;
  }

  /** The call left a worker that had been stopped beyond its lease and did not know it yet. */
  late(call: Call): boolean {
    const incarnation = this.#incarnations.get(call.incarnation);
    if (incarnation === undefined) return false;
    return this.#beyondLease(incarnation).some(
      (stop) => call.receivedAtMs >= stop.fromMs && call.receivedAtMs <= stop.toMs + this.#settings.settleMs,
    );
  }

  /** The same, as far as the worker had not told in its log yet that it gave up its lease. */
  stale(call: Call): boolean {
    const { gaveUpAtMs = [], stops = [] } = this.#incarnations.get(call.incarnation) ?? {};
    const stop = stops.findLast(({ fromMs }) => fromMs <= call.receivedAtMs);
    const knew = gaveUpAtMs.some((atMs) => stop !== undefined && atMs >= stop.fromMs && atMs <= call.receivedAtMs);
    return this.late(call) && !knew;
  }

  /** Where an outage of the store made it give up: the log's clock may be a little off. */
  #cutOff(incarnation: Incarnation): readonly Interval[] {
    const { clockSlackMs, settleMs } = this.#settings;
    return incarnation.gaveUpAtMs
      .filter((atMs) => this.#outages.some(({ fromMs, toMs }) => fromMs <= atMs && atMs <= toMs + settleMs))
      .map((atMs) => ({ fromMs: atMs - clockSlackMs, toMs: atMs + clockSlackMs }));
  }

  /** The last beat may be a heartbeat older than the stop. */
  #beyondLease(incarnation: Incarnation): readonly Interval[] {
    const { leaseMs, heartbeatMs } = this.#settings;
    return incarnation.stops.filter((stop) => stop.toMs - stop.fromMs >= leaseMs - heartbeatMs);
  }
}
