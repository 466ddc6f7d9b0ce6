import { callsByTask } from "../checker/calls.ts";
import type { Call, Evidence, Incarnation, Transition } from "../checker/evidence.ts";
import { Faults, type Interruption } from "../checker/faults.ts";

/** A step that was in a worker's hand when it was killed, and was called again. */
export interface Recovery {
  readonly call: Call;
  readonly next: Call;
  /** From the kill to the next call of that step. */
  readonly afterMs: number;
  /** The same, but from the fault that took the rescuer, where it was lost too before it called; else `afterMs`. */
  readonly sinceLastLossMs: number;
  /** The store took no writes at some time in between. */
  readonly inOutage: boolean;
  /** How many workers in a row the job had lost before this one: from the second on it waits longer, and runs apart from others. */
  readonly lossesBefore: number;
}

/** Of every call that was open when its worker was killed. What had been answered, and was recorded after all, needed none. */
export function recoveries(evidence: Evidence): Recovery[] {
  const calls = callsByTask(evidence.calls);
  const faults = new Faults(evidence);
  const histories = new Map(evidence.jobs.map(({ marker, history }) => [marker, history]));
  const byIncarnation = Map.groupBy(evidence.calls, (call) => call.incarnation);
  return evidence.incarnations.flatMap((incarnation) => {
    const { killed } = incarnation;
    if (killed === undefined) return [];
    return (byIncarnation.get(incarnation.name) ?? []).flatMap((call) => {
      if (!openAt(call, killed.fromMs)) return [];
      const ofStep = calls.of(call.marker, call.task);
      const next = ofStep.find((other) => isNext(other, incarnation, killed.fromMs) && !faults.stale(other));
      if (next === undefined) return [];
      const inOutage = evidence.outages.some(
        ({ fromMs, toMs }) => fromMs <= next.receivedAtMs && toMs >= killed.fromMs,
      );
      const history = histories.get(call.marker) ?? [];
      const lostAgainAtMs = lostAgain(evidence, history, call, next, killed.fromMs);
      return [
        {
          call,
          next,
          afterMs: next.receivedAtMs - killed.fromMs,
          sinceLastLossMs: next.receivedAtMs - (lostAgainAtMs ?? killed.fromMs),
          inOutage,
          lossesBefore: lossesBefore(call, history),
        },
      ];
    });
  });
}

function openAt(call: Call, atMs: number): boolean {
  return call.receivedAtMs < atMs && (call.answeredAtMs === undefined || call.answeredAtMs > atMs);
}

function isNext(call: Call, after: Incarnation, killedAtMs: number): boolean {
  return call.incarnation !== after.name && call.receivedAtMs > killedAtMs;
}

/** Losses that the job's history tells since its last result before the call. */
function lossesBefore(call: Call, history: readonly Transition[]): number {
  let losses = 0;
  for (const { atWallMs, type } of history) {
    if (atWallMs > call.receivedWallMs) break;
    losses = type === "worker_lost" ? losses + 1 : 0;
  }
  return losses;
}

/**
 * When the worker was lost that had taken the step over and had not called yet; undefined where nothing shows that there was one. The
 * history shows it by a fence that is more than one further, which a job that was given back explains too: so there must also have been a
 * worker that died or was stopped after it can have taken the step over, and a lease before the next call. Of several, the first: the longest time.
 */
function lostAgain(
  { incarnations, settings: { leaseMs, heartbeatMs } }: Evidence,
  history: readonly Transition[],
  call: Call,
  next: Call,
  killedAtMs: number,
): number | undefined {
  const last = history.findLast(({ type, atWallMs }) => type === "worker_lost" && atWallMs <= next.receivedWallMs);
  if ((last?.fence ?? 0) <= fenceAtLeast(call, history)) return undefined;
  const shortest = leaseMs - heartbeatMs;
  return incarnations
    .filter(({ name }) => name.startsWith("worker"))
    .flatMap(({ killed, stops }) => (killed === undefined ? stops : [killed, ...stops]))
    .map(({ fromMs }) => fromMs)
    .filter((atMs) => atMs >= killedAtMs + shortest && atMs <= next.receivedAtMs - shortest)
    .toSorted((a, b) => a - b)[0];
}

/** The lowest fence that the worker of this call can have had, by what the history tells up to then. */
function fenceAtLeast(call: Call, history: readonly Transition[]): number {
  let least = 1;
  for (const { atWallMs, type, fence } of history) {
    if (atWallMs > call.receivedWallMs) break;
    if (fence !== undefined) least = Math.max(least, type === "worker_lost" ? fence + 1 : fence);
  }
  return least;
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
