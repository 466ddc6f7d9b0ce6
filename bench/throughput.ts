import { setTimeout as delay } from "node:timers/promises";
import { type Child, monotonicMs, startChild } from "./child.ts";
import type { FloorAnswer, FloorQuestion } from "./floor.ts";
import type { LoadAnswer, LoadQuestion } from "./load.ts";
import { hasUnfinished, openSite, startProduct } from "./product.ts";
import type { ReceiverAnswer, ReceiverQuestion } from "./receiver.ts";
import { quantile } from "./spread.ts";

export interface ThroughputPlan {
  readonly rounds: number;
  readonly jobsPerRound: number;
  readonly connections: number;
  readonly floorPath: string;
}

export interface Throughput {
  /** Jobs a second in each round. */
  readonly floor: readonly number[];
  readonly product: readonly number[];
  /** From a start to its acknowledgement under that load, ms, each round. */
  readonly acknowledgedP50Ms: readonly number[];
  readonly acknowledgedP99Ms: readonly number[];
}

export interface Children {
  readonly receiver: Child<ReceiverQuestion, ReceiverAnswer>;
  readonly receiverPort: number;
  readonly load: Child<LoadQuestion, LoadAnswer>;
}

/** Floor and product in turns, on the same receiver, after a warm-up of each. Throws unless each job was called exactly once. */
export async function measureThroughput(children: Children, plan: ThroughputPlan): Promise<Throughput> {
  const { jobsPerRound, connections } = plan;
  await using floor = await startChild<FloorQuestion, FloorAnswer, object>("floor", [plan.floorPath]);
  await using site = await openSite(children.receiverPort);
  await using product = await startProduct(site, "standalone");
  const figures = { floor: [] as number[], product: [] as number[], p50: [] as number[], p99: [] as number[] };
  for (let round = 0; round <= plan.rounds; round += 1) {
    const ofFloor = await floorRound(children, floor, jobsPerRound, connections);
    const ofProduct = await productRound(children, product.port, jobsPerRound, connections);
    if (round === 0) continue; // warm-up
    figures.floor.push(ofFloor);
    figures.product.push(ofProduct.perSecond);
    figures.p50.push(quantile(ofProduct.acknowledgedAfterMs, 0.5));
    figures.p99.push(quantile(ofProduct.acknowledgedAfterMs, 0.99));
  }
  const { p50: acknowledgedP50Ms, p99: acknowledgedP99Ms } = figures;
  return { floor: figures.floor, product: figures.product, acknowledgedP50Ms, acknowledgedP99Ms };
}

async function floorRound(
  { receiver, receiverPort }: Children,
  floor: Child<FloorQuestion, FloorAnswer>,
  jobs: number,
  inFlight: number,
): Promise<number> {
  await receiver.ask({ kind: "expect", jobs });
  const { elapsedMs } = await floor.ask({ receiverPort, jobs, inFlight });
  await exactlyOnce(receiver, jobs);
  return (jobs / elapsedMs) * 1000;
}

/** From the first start to the moment at which no job is unfinished. */
async function productRound(
  { receiver, load }: Children,
  port: number,
  jobs: number,
  connections: number,
): Promise<{ perSecond: number; acknowledgedAfterMs: readonly number[] }> {
  await receiver.ask({ kind: "expect", jobs });
  const { beganAtMs, acknowledgedAfterMs, refused } = await load.ask({ port, jobs, connections });
  if (refused > 0) throw new Error(`${refused} of ${jobs} starts were refused`);
  await exactlyOnce(receiver, jobs);
  while (await hasUnfinished(port)) await delay(2);
  return { perSecond: (jobs / (monotonicMs() - beganAtMs)) * 1000, acknowledgedAfterMs };
}

/** Each expected job was called, and none twice. */
export async function exactlyOnce(receiver: Children["receiver"], expected: number): Promise<void> {
  const { calls, jobs } = await receiver.ask({ kind: "wait" });
  if (calls !== expected || jobs !== expected)
    throw new Error(`${expected} jobs were started, ${jobs} were called, with ${calls} calls`);
}
