import { availableParallelism, cpus } from "node:os";
import type { Idle } from "./idle.ts";
import { type Spread, spreadOf } from "./spread.ts";
import type { Throughput } from "./throughput.ts";

export interface Report {
  readonly machine: { readonly cores: number; readonly processor: string; readonly node: string };
  readonly rounds: number;
  readonly jobsPerRound: number;
  readonly connections: number;
  readonly floorPerSecond: Spread;
  readonly productPerSecond: Spread;
  /** Product against floor, each round. */
  readonly shareOfFloor: Spread;
  readonly acknowledgedP50Ms: Spread;
  readonly acknowledgedP99Ms: Spread;
  readonly coldStartMs: Spread;
  readonly idle: Idle;
}

export interface Measured {
  readonly jobsPerRound: number;
  readonly connections: number;
  readonly throughput: Throughput;
  readonly coldStartsMs: readonly number[];
  readonly idle: Idle;
}

export function reportOf({ throughput, coldStartsMs, idle, jobsPerRound, connections }: Measured): Report {
  const { floor, product } = throughput;
  return {
    machine: { cores: availableParallelism(), processor: cpus()[0]?.model.trim() ?? "unknown", node: process.version },
    rounds: product.length,
    jobsPerRound,
    connections,
    floorPerSecond: spreadOf(floor),
    productPerSecond: spreadOf(product),
    shareOfFloor: spreadOf(product.map((perSecond, round) => perSecond / (floor[round] ?? Number.NaN))),
    acknowledgedP50Ms: spreadOf(throughput.acknowledgedP50Ms),
    acknowledgedP99Ms: spreadOf(throughput.acknowledgedP99Ms),
    coldStartMs: spreadOf(coldStartsMs),
    idle,
  };
}

/** For people: one line a figure, min - median - max where there are several. */
export function table(report: Report): string {
  const { machine, idle } = report;
  const spread = ({ min, median, max }: Spread, digits: number): string[] =>
    [min, median, max].map((value) => value.toFixed(digits));
  const percent = ({ min, median, max }: Spread): string[] =>
    [min, median, max].map((value) => `${(value * 100).toFixed(1)} %`);
  const latency = ({ p50Ms, p99Ms }: Idle["standalone"]): string => `p50 ${p50Ms.toFixed(2)}, p99 ${p99Ms.toFixed(2)}`;
  const rows: [string, ...string[]][] = [
    ["", "min", "median", "max"],
    ["floor, jobs/s", ...spread(report.floorPerSecond, 0)],
    ["workflows, jobs/s", ...spread(report.productPerSecond, 0)],
    ["workflows of floor", ...percent(report.shareOfFloor)],
    ["start to acknowledgement under load, p50 ms", ...spread(report.acknowledgedP50Ms, 2)],
    ["start to acknowledgement under load, p99 ms", ...spread(report.acknowledgedP99Ms, 2)],
    ["cold start of dist/, ms", ...spread(report.coldStartMs, 0)],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return [
    `${machine.cores} cores (${machine.processor}), Node ${machine.node}`,
    `${report.rounds} rounds of ${report.jobsPerRound} jobs of one HTTP task, ${report.connections} connections, each job called exactly once`,
    "",
    ...rows.map(([name, ...cells]) => [name.padEnd(width), ...cells.map((cell) => cell.padStart(9))].join(" ")),
    "",
    `idle, start to first call, standalone:       ${latency(idle.standalone)} ms (${idle.standalone.samples} starts)`,
    `idle, start to first call, server + worker:  ${latency(idle.twoProcesses)} ms (${idle.twoProcesses.samples} starts)`,
    `idle standalone: ${idle.cpuPercent.toFixed(2)} % of one core, ${idle.rssMib.toFixed(0)} MiB`,
  ].join("\n");
}
