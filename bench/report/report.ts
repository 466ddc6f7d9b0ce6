import { availableParallelism, cpus } from "node:os";
import type { StoreName } from "../stores/measured-store.ts";
import type { BesideBulk, BulkPlan } from "../workloads/bulk.ts";
import type { Load } from "../workloads/contender.ts";
import type { Beside, Fairness, FairnessPlan } from "../workloads/fairness.ts";
import type { FindPlan, Look } from "../workloads/find.ts";
import type { Idle } from "../workloads/idle.ts";
import type { Throughput } from "../workloads/throughput.ts";
import { type Spread, spreadOf } from "./spread.ts";

export interface Report {
  readonly machine: { readonly cores: number; readonly processor: string; readonly node: string };
  readonly stores: readonly StoreReport[];
}

/** What was measured on one store, in one run; absent what was not asked for. */
export interface StoreReport {
  readonly store: StoreName;
  readonly throughput?: ThroughputReport;
  readonly coldStartMs?: Spread;
  readonly idle?: Idle;
  readonly fairness?: FairnessReport;
  readonly bulk?: BulkReport;
  readonly find?: FindReport;
}

export interface FindReport extends FindPlan {
  readonly of: readonly Look[];
}

/** From a start to its acknowledgement, while failed jobs are retried; one figure a round. */
export interface BulkReport extends BulkPlan {
  readonly aloneP99Ms: Spread;
  readonly besideP99Ms: Spread;
  readonly ratio: Spread;
  readonly aloneP50Ms: Spread;
  readonly besideP50Ms: Spread;
  /** From the first call of the retry to the answer of the last one. */
  readonly bulkMs: Spread;
}

export interface FairnessReport extends FairnessPlan {
  readonly hanging: BesideReport;
  readonly flood: BesideReport;
}

/** From a start of the quiet workflow to its call; one figure a round. */
export interface BesideReport {
  readonly aloneP99Ms: Spread;
  readonly besideP99Ms: Spread;
  /** Of a round, beside against alone. */
  readonly ratio: Spread;
  readonly aloneP50Ms: Spread;
  readonly besideP50Ms: Spread;
  /** Calls of the other workflow in the meantime. */
  readonly otherCalls: Spread;
}

export interface ThroughputReport extends Load {
  readonly rounds: number;
  /** The floor comes first. */
  readonly contenders: readonly ContenderReport[];
}

export interface ContenderReport {
  readonly contender: string;
  readonly perSecond: Spread;
  /** Against the floor in each round; 1 for the floor. */
  readonly shareOfFloor: Spread;
  /** CPU time per 1,000 jobs of all its processes, client and receiver apart. */
  readonly cpuMs: Spread;
  /** The same by role, medians; client and receiver too. */
  readonly cpuMsByRole: Readonly<Record<string, number>>;
  /** Absent where nothing acknowledges. */
  readonly acknowledgedP50Ms?: Spread;
  readonly acknowledgedP99Ms?: Spread;
  readonly refused: number;
  readonly bytesPerJob?: number;
}

export interface Measured {
  readonly store: StoreName;
  readonly throughput?: Load & { readonly of: readonly Throughput[] };
  readonly coldStartsMs?: readonly number[];
  readonly idle?: Idle;
  readonly fairness?: FairnessPlan & { readonly of: Fairness };
  readonly bulk?: BulkPlan & { readonly of: readonly BesideBulk[] };
  readonly find?: FindReport;
}

/** Those who start and are called, not those who run jobs. */
const apart: readonly string[] = ["client", "receiver"];

export function reportOf(measured: readonly Measured[]): Report {
  return {
    machine: { cores: availableParallelism(), processor: cpus()[0]?.model.trim() ?? "unknown", node: process.version },
    stores: measured.map(({ throughput, coldStartsMs, fairness, bulk, ...rest }) => ({
      ...rest,
      ...(throughput !== undefined && { throughput: throughputOf(throughput) }),
      ...(coldStartsMs !== undefined && { coldStartMs: spreadOf(coldStartsMs) }),
      ...(fairness !== undefined && { fairness: fairnessOf(fairness) }),
      ...(bulk !== undefined && { bulk: bulkOf(bulk) }),
    })),
  };
}

function fairnessOf({ of, ...plan }: NonNullable<Measured["fairness"]>): FairnessReport {
  return { ...plan, hanging: besideOf(of.hanging), flood: besideOf(of.flood) };
}

function bulkOf({ of, ...plan }: NonNullable<Measured["bulk"]>): BulkReport {
  const { otherCalls: _none, ...figures } = besideOf(of.map((round) => ({ ...round, otherCalls: 0 })));
  return { ...plan, ...figures, bulkMs: spreadOf(of.map(({ bulkMs }) => bulkMs)) };
}

function besideOf(rounds: readonly Beside[]): BesideReport {
  const spread = (figure: (round: Beside) => number): Spread => spreadOf(rounds.map(figure));
  return {
    aloneP99Ms: spread(({ alone }) => alone.p99Ms),
    besideP99Ms: spread(({ beside }) => beside.p99Ms),
    ratio: spread(({ alone, beside }) => beside.p99Ms / alone.p99Ms),
    aloneP50Ms: spread(({ alone }) => alone.p50Ms),
    besideP50Ms: spread(({ beside }) => beside.p50Ms),
    otherCalls: spread(({ otherCalls }) => otherCalls),
  };
}

function throughputOf({ of, ...load }: NonNullable<Measured["throughput"]>): ThroughputReport {
  const floor = of[0]?.perSecond ?? [];
  return { ...load, rounds: floor.length, contenders: of.map((figures) => contenderOf(figures, floor)) };
}

function contenderOf(figures: Throughput, floorPerSecond: readonly number[]): ContenderReport {
  const { contender, perSecond, cpuMs, acknowledgedP50Ms, acknowledgedP99Ms, refused, bytesPerJob } = figures;
  const roles = Object.keys(cpuMs[0] ?? {});
  const own = roles.filter((role) => !apart.includes(role));
  const ofRoles = (names: readonly string[]): Spread =>
    spreadOf(cpuMs.map((used) => names.reduce((sum, role) => sum + (used[role] ?? 0), 0)));
  return {
    contender,
    perSecond: spreadOf(perSecond),
    shareOfFloor: spreadOf(perSecond.map((figure, round) => figure / (floorPerSecond[round] ?? Number.NaN))),
    cpuMs: ofRoles(own),
    cpuMsByRole: Object.fromEntries(roles.map((role) => [role, ofRoles([role]).median])),
    refused,
    ...(acknowledgedP50Ms.length > 0 && {
      acknowledgedP50Ms: spreadOf(acknowledgedP50Ms),
      acknowledgedP99Ms: spreadOf(acknowledgedP99Ms),
    }),
    ...(bytesPerJob !== undefined && { bytesPerJob }),
  };
}
