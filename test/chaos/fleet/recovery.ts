import { callsByTask } from "../checker/calls.ts";
import type { Call, Evidence, Incarnation } from "../checker/evidence.ts";
import { Faults, type Interruption } from "../checker/faults.ts";

/** A step that was in a worker's hand when it was killed, and was called again. */
export interface Recovery {
  readonly call: Call;
  readonly next: Call;
  /** From the kill to the next call of that step. */
  readonly afterMs: number;
  /** The store took no writes at some time in between. */
  readonly inOutage: boolean;
  /** How many calls of the step in a row were interrupted before this one, each of which the product counts as a lost worker. */
  readonly lossesBefore: number;
}

/** Of every call that was open when its worker was killed. What had been answered, and was recorded after all, needed none. */
export function recoveries(evidence: Evidence): Recovery[] {
  const calls = callsByTask(evidence.calls);
  const faults = new Faults(evidence);
  const byIncarnation = Map.groupBy(evidence.calls, (call) => call.incarnation);
  return evidence.incarnations.flatMap((incarnation) => {
    const { killed } = incarnation;
    if (killed === undefined) return [];
    return (byIncarnation.get(incarnation.name) ?? []).flatMap((call) => {
      if (!openAt(call, killed.fromMs)) return [];
      const ofStep = calls.of(call.marker, call.task);
      const next = ofStep.find((other) => isNext(other, incarnation, killed.fromMs) && !faults.late(other));
      if (next === undefined) return [];
      const inOutage = evidence.outages.some(
        ({ fromMs, toMs }) => fromMs <= next.receivedAtMs && toMs >= killed.fromMs,
      );
      const lossesBefore = interruptedBefore(call, ofStep, faults);
      return [{ call, next, afterMs: next.receivedAtMs - killed.fromMs, inOutage, lossesBefore }];
    });
  });
}

function openAt(call: Call, atMs: number): boolean {
  return call.receivedAtMs < atMs && (call.answeredAtMs === undefined || call.answeredAtMs > atMs);
}

function isNext(call: Call, after: Incarnation, killedAtMs: number): boolean {
  return call.incarnation !== after.name && call.receivedAtMs > killedAtMs;
}

function interruptedBefore(call: Call, ofStep: readonly Call[], faults: Faults): number {
  let losses = 0;
  for (let index = ofStep.indexOf(call); index > 0; index -= 1) {
    const [before, after] = [ofStep[index - 1], ofStep[index]];
    if (before === undefined || after === undefined) break;
    if (faults.interruption(before, after.receivedAtMs) === undefined) break;
    losses += 1;
  }
  return losses;
}

/** How many calls were made again, by what had become of the call before. */
export function repetitions(evidence: Evidence): Readonly<Record<Interruption, number>> {
  const faults = new Faults(evidence);
  const counts: Record<Interruption, number> = { killed: 0, stopped: 0, cut_off: 0 };
  const steps = Map.groupBy(evidence.calls, (call) => `${call.marker}/${call.task}`);
  for (const step of steps.values()) {
    const inOrder = step.toSorted((a, b) => a.receivedAtMs - b.receivedAtMs);
    for (const [index, call] of inOrder.entries()) {
      const before = inOrder[index - 1];
      if (before === undefined || (before.answeredAtMs !== undefined && before.status >= 400)) continue;
      const interruption = faults.interruption(before, call.receivedAtMs);
      if (interruption !== undefined) counts[interruption] += 1;
    }
  }
  return counts;
}
