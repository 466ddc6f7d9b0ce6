import { setTimeout as delay } from "node:timers/promises";
import { monotonicMs } from "../processes/child.ts";
import { cpuMs, residentMib } from "../processes/cpu.ts";
import type { Product } from "../processes/product.ts";
import { quantile } from "../report/spread.ts";
import type { MeasuredStore } from "../stores/measured-store.ts";
import { type Children, exactlyOnce } from "./children.ts";
import { measureOperations, type Operations } from "./operations.ts";
import { fleet, startFleet } from "./shapes.ts";

export interface Latency {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly samples: number;
}

export interface Idle {
  /** From sending a start to its first call, with nothing else going on. */
  readonly standalone: Latency;
  /** The same between a server and its workers. */
  readonly betweenProcesses: Latency;
  /** The same where no hint goes between them. */
  readonly withoutBus?: Latency;
  /** Of a standalone that does nothing. */
  readonly cpuPercent: number;
  readonly rssMib: number;
  readonly operations?: Operations;
}

export interface IdlePlan {
  readonly samples: number;
  readonly quietMs: number;
}

export async function measureIdle(store: MeasuredStore, children: Children, plan: IdlePlan): Promise<Idle> {
  const alone = await inOneProcess(store, children, plan);
  const betweenProcesses = await between(store, children, plan, {});
  const { withoutBus: off } = store;
  const withoutBus = off === undefined ? undefined : await between(store, children, plan, off);
  const operations = await measureOperations(store, children, plan.quietMs);
  return {
    ...alone,
    betweenProcesses,
    ...(withoutBus !== undefined && { withoutBus }),
    ...(operations !== undefined && { operations }),
  };
}

async function inOneProcess(
  store: MeasuredStore,
  children: Children,
  { quietMs, samples }: IdlePlan,
): Promise<Pick<Idle, "standalone" | "cpuPercent" | "rssMib">> {
  await using parts = await startFleet(store, children, "standalone");
  await delay(settlingMs);
  const { cpuPercent, rssMib } = await quiet(parts.first, quietMs);
  return { standalone: await latency(children, parts.first, samples), cpuPercent, rssMib };
}

async function between(
  store: MeasuredStore,
  children: Children,
  { samples }: IdlePlan,
  more: Readonly<Record<string, string>>,
): Promise<Latency> {
  await using parts = await startFleet(store, children, fleet, more);
  await delay(settlingMs);
  return await latency(children, parts.first, samples);
}

async function quiet({ pid }: Product, forMs: number): Promise<{ cpuPercent: number; rssMib: number }> {
  const cpuBefore = cpuMs(pid);
  const before = monotonicMs();
  await delay(forMs);
  return { cpuPercent: ((cpuMs(pid) - cpuBefore) / (monotonicMs() - before)) * 100, rssMib: residentMib(pid) };
}

async function latency(children: Children, product: Product, samples: number): Promise<Latency> {
  const jobs = samples + warmUp;
  await children.receiver.ask({ kind: "expect", jobs });
  const { sentAtMs } = await children.load.ask({ port: product.port, jobs, connections: 1, pauseMs: [100, 400] });
  await exactlyOnce(children, jobs);
  const { atMs = [] } = await children.receiver.ask({ kind: "times" });
  const waits = atMs.map((at, job) => at - (sentAtMs[job] ?? Number.NaN)).slice(warmUp);
  return { p50Ms: quantile(waits, 0.5), p99Ms: quantile(waits, 0.99), samples };
}

/** What a start leaves to do: processes that find each other, code that is compiled. */
const settlingMs = 1500;

/** First starts that are not counted: they compile code. */
const warmUp = 5;
