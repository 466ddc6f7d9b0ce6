import { type Child, startChild } from "../processes/child.ts";
import type { Product } from "../processes/product.ts";
import type { SlowAnswer, SlowQuestion } from "../processes/slow-program.ts";
import { quantile } from "../report/spread.ts";
import type { MeasuredStore } from "../stores/measured-store.ts";
import { fillWithPending } from "../stores/more-jobs.ts";
import { type Children, exactlyOnce } from "./children.ts";
import type { Latency } from "./idle.ts";
import { type Fleet, type Shape, startFleet } from "./shapes.ts";

/** What a workflow feels of another one, in one round: from each of its starts to the call. */
export interface Beside {
  readonly alone: Latency;
  readonly beside: Latency;
  /** Calls of the other workflow meanwhile. */
  readonly otherCalls: number;
}

export interface Fairness {
  /** Beside a workflow whose target hangs. */
  readonly hanging: readonly Beside[];
  /** Beside a workflow with very many pending jobs. */
  readonly flood: readonly Beside[];
}

export interface FairnessPlan {
  readonly fairRounds: number;
  /** Starts of the workflow that is measured, in each part of a round. */
  readonly fairSamples: number;
  readonly hangMs: number;
  readonly hangingJobs: number;
  readonly pendingJobs: number;
}

const shape: Shape = "standalone";
const other = "other";

/** Each round on an empty store: the quiet workflow alone, then beside the other one. */
export async function measureFairness(store: MeasuredStore, children: Children, plan: FairnessPlan): Promise<Fairness> {
  await using slow = await startChild<SlowQuestion, SlowAnswer, { port: number }>("processes/slow-program");
  const hanging: Beside[] = [];
  const flood: Beside[] = [];
  for (let round = 0; round < plan.fairRounds; round += 1) {
    hanging.push(await besideHanging(store, children, slow, plan));
    flood.push(await besideFlood(store, children, slow, plan));
  }
  return { hanging, flood };
}

type Slow = Child<SlowQuestion, SlowAnswer, { port: number }>;

function start(store: MeasuredStore, children: Children, { hello }: Slow): Promise<Fleet> {
  // What hangs is not waited for at the end.
  return startFleet(store, children, shape, { grace: "0s" }, [{ name: other, port: hello.port }]);
}

async function besideHanging(
  store: MeasuredStore,
  children: Children,
  slow: Slow,
  { hangMs, hangingJobs, fairSamples }: FairnessPlan,
): Promise<Beside> {
  await using parts = await start(store, children, slow);
  const alone = await latency(children, parts.first, fairSamples);
  await slow.ask({ answerAfterMs: hangMs });
  await children.load.ask({ port: parts.first.port, jobs: hangingJobs, connections: 64, workflow: other });
  const beside = await latency(children, parts.first, fairSamples);
  return { alone, beside, otherCalls: (await slow.ask({ answerAfterMs: 0 })).calls };
}

async function besideFlood(
  store: MeasuredStore,
  children: Children,
  slow: Slow,
  { pendingJobs, fairSamples }: FairnessPlan,
): Promise<Beside> {
  await using parts = await start(store, children, slow);
  const alone = await latency(children, parts.first, fairSamples);
  await fillWithPending(parts.store.settings, other, pendingJobs);
  await slow.ask({ answerAfterMs: 0 });
  const beside = await latency(children, parts.first, fairSamples);
  return { alone, beside, otherCalls: (await slow.ask({ answerAfterMs: 0 })).calls };
}

/** About 40 starts a second. */
async function latency(children: Children, product: Product, samples: number): Promise<Latency> {
  const jobs = samples + warmUp;
  await children.receiver.ask({ kind: "expect", jobs });
  const { sentAtMs } = await children.load.ask({ port: product.port, jobs, connections: 4, pauseMs: [50, 150] });
  await exactlyOnce(children, jobs);
  const { atMs = [] } = await children.receiver.ask({ kind: "times" });
  const waits = atMs.map((at, job) => at - (sentAtMs[job] ?? Number.NaN)).slice(warmUp);
  return { p50Ms: quantile(waits, 0.5), p99Ms: quantile(waits, 0.99), samples };
}

/** First starts that are not counted: they compile code. */
const warmUp = 20;
