import { setTimeout as delay } from "node:timers/promises";
import { monotonicMs } from "./child.ts";
import { cpuMs, openSite, type Product, residentMib, startProduct } from "./product.ts";
import { quantile } from "./spread.ts";
import { type Children, exactlyOnce } from "./throughput.ts";

export interface Latency {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly samples: number;
}

export interface Idle {
  /** From sending a start to its first call, with nothing else going on. */
  readonly standalone: Latency;
  /** The same between a server and a worker on one file. */
  readonly twoProcesses: Latency;
  /** Of a standalone that does nothing. */
  readonly cpuPercent: number;
  readonly rssMib: number;
}

export interface IdlePlan {
  readonly samples: number;
  readonly quietMs: number;
}

export async function measureIdle(children: Children, plan: IdlePlan): Promise<Idle> {
  const alone = await inOneProcess(children, plan);
  return { ...alone, twoProcesses: await betweenTwo(children, plan) };
}

async function inOneProcess(children: Children, plan: IdlePlan): Promise<Omit<Idle, "twoProcesses">> {
  await using site = await openSite(children.receiverPort);
  await using product = await startProduct(site, "standalone");
  await delay(1000); // what a start leaves to do
  const { cpuPercent, rssMib } = await quiet(product, plan.quietMs);
  return { standalone: await latency(children, product, plan.samples), cpuPercent, rssMib };
}

async function betweenTwo(children: Children, plan: IdlePlan): Promise<Latency> {
  await using parts = new AsyncDisposableStack();
  const site = parts.use(await openSite(children.receiverPort));
  const server = parts.use(await startProduct(site, "server"));
  parts.use(await startProduct(site, "worker"));
  return await latency(children, server, plan.samples);
}

async function quiet({ pid }: Product, forMs: number): Promise<{ cpuPercent: number; rssMib: number }> {
  const cpuBefore = cpuMs(pid);
  const before = monotonicMs();
  await delay(forMs);
  return { cpuPercent: ((cpuMs(pid) - cpuBefore) / (monotonicMs() - before)) * 100, rssMib: residentMib(pid) };
}

async function latency({ receiver, load }: Children, product: Product, samples: number): Promise<Latency> {
  const jobs = samples + warmUp;
  await receiver.ask({ kind: "expect", jobs });
  const { sentAtMs } = await load.ask({ port: product.port, jobs, connections: 1, pauseMs: [100, 400] });
  await exactlyOnce(receiver, jobs);
  const { atMs = [] } = await receiver.ask({ kind: "times" });
  const waits = atMs.map((at, job) => at - (sentAtMs[job] ?? Number.NaN)).slice(warmUp);
  return { p50Ms: quantile(waits, 0.5), p99Ms: quantile(waits, 0.99), samples };
}

/** First starts that are not counted: they compile code. */
const warmUp = 5;
