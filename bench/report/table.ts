import type { Idle, Latency } from "../workloads/idle.ts";
import type {
  BesideReport,
  BulkReport,
  ContenderReport,
  FairnessReport,
  FindReport,
  Report,
  StoreReport,
  ThroughputReport,
} from "./report.ts";
import type { Spread } from "./spread.ts";

/** For people: one line a figure, min - median - max where there are several. */
export function table({ machine, stores }: Report): string {
  const head = `${machine.cores} cores (${machine.processor}), Node ${machine.node}`;
  return [head, ...stores.flatMap((store) => ["", ...storeLines(store)])].join("\n");
}

type Row = readonly [name: string, ...cells: string[]];

function storeLines({ store, throughput, coldStartMs, idle, fairness, bulk, find }: StoreReport): string[] {
  return [
    ...(throughput === undefined ? [] : throughputLines(store, throughput)),
    ...(coldStartMs === undefined ? [] : [`${store}, cold start of dist/ as standalone: ${range(coldStartMs)} ms`]),
    ...(idle === undefined ? [] : idleLines(idle).map((line) => `${store}, idle, ${line}`)),
    ...(fairness === undefined ? [] : fairnessLines(fairness).map((line) => `${store}, fairness, ${line}`)),
    ...(bulk === undefined ? [] : [`${store}, bulk, ${bulkLine(bulk)}`]),
    ...(find === undefined ? [] : findLines(store, find)),
  ];
}

function throughputLines(store: string, { rounds, jobs, connections, contenders }: ThroughputReport): string[] {
  const rows: Row[] = [["", "min", "median", "max"], ...contenders.flatMap(contenderRows)];
  return [
    `${store}: ${rounds} rounds of ${jobs} jobs of one HTTP task, ${connections} connections, each job called exactly once`,
    ...padded(rows),
    ...contenders.map(cpuLine),
  ];
}

function fairnessLines({ hanging, flood, fairRounds, fairSamples, ...plan }: FairnessReport): string[] {
  return [
    `${fairRounds} rounds of ${fairSamples} starts, start to call, median (min - max)`,
    besideLine(`${plan.hangingJobs} jobs whose target hangs for ${plan.hangMs} ms`, hanging),
    besideLine(`${plan.pendingJobs} pending jobs of another workflow`, flood),
  ];
}

function bulkLine({ bulkRounds, bulkSamples, failedJobs, bulkMs, ratio, ...figures }: BulkReport): string {
  const { aloneP50Ms, aloneP99Ms, besideP50Ms, besideP99Ms } = figures;
  const ms = (figure: Spread): string => range(figure, 1);
  return [
    `${bulkRounds} rounds of ${bulkSamples} starts, start to acknowledgement, median (min - max),`,
    `while ${failedJobs} failed jobs are retried (${range(bulkMs)} ms): p99 ${ms(besideP99Ms)} ms, alone ${ms(aloneP99Ms)} ms,`,
    `ratio ${range(ratio, 2)}; p50 ${ms(besideP50Ms)}, alone ${ms(aloneP50Ms)}`,
  ].join(" ");
}

function findLines(store: string, { findJobs, looks, of }: FindReport): string[] {
  const rows: Row[] = [
    ["", "p50", "p99", "max"],
    ...of.map(({ what, ...ms }): Row => [what, ...[ms.p50Ms, ms.p99Ms, ms.maxMs].map((figure) => figure.toFixed(2))]),
  ];
  return [`${store}, finding among ${findJobs} jobs, each page ${looks} times, ms`, ...padded(rows)];
}

function padded(rows: readonly Row[]): string[] {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, ...cells]) => [name.padEnd(width), ...cells.map((cell) => cell.padStart(9))].join(" "));
}

function besideLine(what: string, { ratio, otherCalls, ...figures }: BesideReport): string {
  const { aloneP50Ms, aloneP99Ms, besideP50Ms, besideP99Ms } = figures;
  const ms = (figure: Spread): string => range(figure, 1);
  return [
    `beside ${what}: p99 ${ms(besideP99Ms)} ms, alone ${ms(aloneP99Ms)} ms, ratio ${range(ratio, 2)};`,
    `p50 ${ms(besideP50Ms)}, alone ${ms(aloneP50Ms)}; ${range(otherCalls)} calls of the other meanwhile`,
  ].join(" ");
}

function range({ min, median, max }: Spread, digits = 0): string {
  return `${median.toFixed(digits)} (${min.toFixed(digits)} - ${max.toFixed(digits)})`;
}

function contenderRows(report: ContenderReport): Row[] {
  const { contender, perSecond, shareOfFloor, acknowledgedP50Ms, acknowledgedP99Ms } = report;
  const rows: Row[] = [[`${contender}, jobs/s`, ...spread(perSecond, 0)]];
  if (contender !== "floor") rows.push([`${contender}, of floor`, ...percent(shareOfFloor)]);
  rows.push([`${contender}, CPU-ms per 1,000 jobs`, ...spread(report.cpuMs, 0)]);
  if (acknowledgedP50Ms !== undefined && acknowledgedP99Ms !== undefined) {
    rows.push([`${contender}, start to acknowledgement p50, ms`, ...spread(acknowledgedP50Ms, 2)]);
    rows.push([`${contender}, start to acknowledgement p99, ms`, ...spread(acknowledgedP99Ms, 2)]);
  }
  return rows;
}

function cpuLine({ contender, cpuMsByRole, refused, bytesPerJob }: ContenderReport): string {
  const roles = Object.entries(cpuMsByRole).map(([role, ms]) => `${role} ${ms.toFixed(0)}`);
  const size = bytesPerJob === undefined ? "" : `; ${bytesPerJob.toFixed(0)} bytes a finished job`;
  const again = refused === 0 ? "" : `; ${refused} starts were refused and sent again`;
  return `${contender}, CPU-ms per 1,000 jobs, medians: ${roles.join(", ")}${size}${again}`;
}

function idleLines({ standalone, betweenProcesses, withoutBus, cpuPercent, rssMib, operations }: Idle): string[] {
  const lines = [
    `start to first call, standalone: ${latency(standalone)}`,
    `start to first call, server + workers: ${latency(betweenProcesses)}`,
  ];
  if (withoutBus !== undefined) lines.push(`the same with the bus off: ${latency(withoutBus)}`);
  lines.push(`standalone at rest: ${cpuPercent.toFixed(2)} % of one core, ${rssMib.toFixed(0)} MiB`);
  if (operations !== undefined) {
    const { withoutProduct, serverAlone, serverAndFourWorkers } = operations;
    const figures = [withoutProduct, serverAlone, serverAndFourWorkers].map((perSecond) => perSecond.toFixed(1));
    lines.push(`operations/s of the store by itself, with a server, with four workers too: ${figures.join(", ")}`);
  }
  return lines;
}

function latency({ p50Ms, p99Ms, samples }: Latency): string {
  return `p50 ${p50Ms.toFixed(2)}, p99 ${p99Ms.toFixed(2)} ms (${samples} starts)`;
}

function spread({ min, median, max }: Spread, digits: number): string[] {
  return [min, median, max].map((value) => value.toFixed(digits));
}

function percent({ min, median, max }: Spread): string[] {
  return [min, median, max].map((value) => `${(value * 100).toFixed(1)} %`);
}
