import type { Settings } from "../checker/evidence.ts";

/** How much is done to a fleet. Everything else follows from the seed. */
export interface FleetPlan {
  readonly root?: string;
  readonly store: "sqlite" | "replica-set";
  readonly servers: number;
  readonly workers: number;
  readonly jobs: number;
  /** SIGKILLs of servers and workers together. */
  readonly kills: number;
  /** SIGSTOPs of servers and workers together, each for longer than the lease. */
  readonly stops: number;
  /** On a replica set: SIGKILLs of the primary, which comes back some seconds later. */
  readonly primaryKills: number;
  readonly stepDowns: number;
  /** On a replica set: how often the collection that carries the hints is dropped. */
  readonly busDrops: number;
  /** On a replica set: spells in which no hint is written, or none is read. */
  readonly hintlessSpells: number;
  /** On a replica set: how many of the servers, and of the workers, never use the bus. */
  readonly withoutBus: number;
  /** By how much the wall clock of the last worker is moved after a third of the faults; absent: not at all. */
  readonly clockAheadMs?: number;
  readonly seed: number;
  /** Least time from one fault to the next; jobs are started evenly between them. */
  readonly faultEveryMs: number;
  /** How long the jobs may take to end after the last fault. */
  readonly healWithinMs: number;
  readonly settings: Settings;
  readonly sweepMs: number;
  readonly pollMs: number;
}

export type Fault = ProcessFault | StoreFault | { readonly kind: "clock_moved" };

export type ProcessFault =
  | { readonly kind: "kill"; readonly of: "server" | "worker"; readonly comesBack: "at_once" | "after_a_lease" }
  | { readonly kind: "stop"; readonly of: "server" | "worker"; readonly leases: number };

export type StoreFault =
  | { readonly kind: "primary_killed" }
  | { readonly kind: "stepped_down" }
  | { readonly kind: "bus_dropped" }
  | { readonly kind: "hintless"; readonly what: "writes" | "reads" };

/** All faults of a plan in the order in which they are done. */
export function faultsOf(plan: FleetPlan, random: () => number): Fault[] {
  const times = (count: number, fault: () => Fault): Fault[] => Array.from({ length: count }, fault);
  const ofWhom = (): "server" | "worker" =>
    random() * (plan.servers + plan.workers) < plan.servers ? "server" : "worker";
  const onMongo: Fault[] = [
    ...times(plan.primaryKills, () => ({ kind: "primary_killed" })),
    ...times(plan.stepDowns, () => ({ kind: "stepped_down" })),
    ...times(plan.busDrops, () => ({ kind: "bus_dropped" })),
    ...times(plan.hintlessSpells, () => ({ kind: "hintless", what: random() < 0.5 ? "writes" : "reads" })),
  ];
  const faults = shuffled<Fault>(
    [
      ...times(plan.kills, () => ({
        kind: "kill",
        of: ofWhom(),
        comesBack: random() < 0.5 ? "at_once" : "after_a_lease",
      })),
      // Servers hold no lease, so mostly workers.
      ...times(plan.stops, () => ({
        kind: "stop",
        of: random() < 0.2 ? "server" : "worker",
        leases: 1.3 + random(),
      })),
      ...(plan.store === "replica-set" ? onMongo : []),
    ],
    random,
  );
  if (plan.clockAheadMs !== undefined) faults.splice(Math.floor(faults.length / 3), 0, { kind: "clock_moved" });
  return faults;
}

/** Fisher and Yates' shuffle, as Durstenfeld wrote it (1964). */
function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const left = [...items];
  const order: T[] = [];
  while (left.length > 0) order.push(...left.splice(Math.floor(random() * left.length), 1));
  return order;
}
