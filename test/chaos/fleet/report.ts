import type { Evidence } from "../checker/evidence.ts";
import type { FleetRun } from "./fleet-campaign.ts";
import type { Fault, FleetPlan } from "./plan.ts";
import { type Recovery, recoveries, repetitions } from "./recovery.ts";

/** What a run showed, for people. */
export function report(plan: FleetPlan, run: FleetRun): string[] {
  const { evidence, faults, retriedStarts, tookMs, healedInMs } = run;
  const { killed, stopped, cut_off: cutOff } = repetitions(evidence);
  const found = recoveries(evidence);
  const apart = found.filter(({ inOutage }) => !inOutage);
  const inOutage = found.filter((recovery) => recovery.inOutage);
  return [
    `lease ${seconds(plan.settings.leaseMs)}, heartbeat ${seconds(plan.settings.heartbeatMs)}, sweep ${seconds(plan.sweepMs)}, poll ${seconds(plan.pollMs)}`,
    `faults: ${counted(faults)}; outages of the store: ${spans(evidence)}`,
    `took ${seconds(tookMs)}; healed ${seconds(healedInMs)} after the last fault; starts sent again: ${retriedStarts}`,
    `calls made again because their worker was killed: ${killed}, stopped: ${stopped}, cut off from the store: ${cutOff}`,
    `leases given up: ${evidence.incarnations.reduce((sum, { gaveUpAtMs }) => sum + gaveUpAtMs.length, 0)}`,
    `from a worker's kill to the next call of a step in its hand: ${distribution(apart)}`,
    `  of those, the job's first loss: ${distribution(apart.filter(({ lossesBefore }) => lossesBefore === 0))}`,
    `  the second in a row, or a later one: ${distribution(apart.filter(({ lossesBefore }) => lossesBefore > 0))}`,
    `  its rescuer was lost too: ${distribution(apart.filter(({ afterMs, sinceLastLossMs }) => afterMs > sinceLastLossMs))}`,
    `the same, but from the loss of the rescuer where that was lost too: ${told(apart.map(({ sinceLastLossMs }) => sinceLastLossMs))}`,
    `while the store was away: ${distribution(inOutage)}`,
    ...slowest(apart).map((line) => `  slow: ${line}`),
  ];
}

/**
 * The time that all but one in a hundred recoveries stay under, of those that no outage of the store delayed. Where the rescuer was lost
 * too, with the step in its hand, from that loss on.
 */
export function recoveryP99(evidence: Evidence): number {
  return percentile(
    recoveries(evidence)
      .filter(({ inOutage }) => !inOutage)
      .map(({ sinceLastLossMs }) => sinceLastLossMs),
    0.99,
  );
}

/** What recovery must stay under. */
export function recoveryLimitMs(plan: FleetPlan): number {
  return plan.settings.leaseMs + plan.sweepMs + 2000;
}

function counted(faults: readonly Fault[]): string {
  const names = faults.map((fault) => {
    if (fault.kind === "kill" || fault.kind === "stop") return `${fault.kind} of a ${fault.of}`;
    if (fault.kind === "hintless") return `no hint ${fault.what === "writes" ? "written" : "read"}`;
    return fault.kind.replaceAll("_", " ");
  });
  const counts = Map.groupBy(names, (name) => name);
  return [...counts].map(([name, all]) => `${name} ${all.length}`).join(", ");
}

function spans({ outages }: Evidence): string {
  if (outages.length === 0) return "none";
  const lengths = outages.map(({ fromMs, toMs }) => toMs - fromMs);
  return `${outages.length}, ${told(lengths)}`;
}

function distribution(found: readonly Recovery[]): string {
  return found.length === 0 ? "none" : told(found.map(({ afterMs }) => afterMs));
}

function told(timesMs: readonly number[]): string {
  const [p50, p99, most] = [0.5, 0.99, 1].map((share) => seconds(percentile(timesMs, share)));
  return `p50 ${p50}, p99 ${p99}, max ${most} (${timesMs.length})`;
}

function slowest(found: readonly Recovery[]): string[] {
  return found
    .toSorted((a, b) => b.sinceLastLossMs - a.sinceLastLossMs)
    .slice(0, 5)
    .map(
      ({ call, next, sinceLastLossMs, lossesBefore }) =>
        `${seconds(sinceLastLossMs)} for ${call.marker}/${call.task}, line ${call.line} of ${call.incarnation} to line ${next.line} of ${next.incarnation}, losses before: ${lossesBefore}`,
    );
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
