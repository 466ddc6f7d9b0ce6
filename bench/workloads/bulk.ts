import { setTimeout as delay } from "node:timers/promises";
import { type Child, monotonicMs, startChild } from "../processes/child.ts";
import { hasUnfinished, type Product } from "../processes/product.ts";
import type { SlowAnswer, SlowQuestion } from "../processes/slow-program.ts";
import { quantile } from "../report/spread.ts";
import type { MeasuredStore } from "../stores/measured-store.ts";
import { fillWithFailed } from "../stores/more-jobs.ts";
import { type Children, exactlyOnce } from "./children.ts";
import type { Latency } from "./idle.ts";
import { startFleet } from "./shapes.ts";

/** What starts feel of a retry of very many jobs, in one round: from each start to its acknowledgement. */
export interface BesideBulk {
  readonly alone: Latency;
  readonly beside: Latency;
  /** From the first call of the retry to the answer of the last one. */
  readonly bulkMs: number;
}

export interface BulkPlan {
  readonly bulkRounds: number;
  /** Starts in each part of a round. */
  readonly bulkSamples: number;
  readonly failedJobs: number;
}

const other = "other";

/** Each round on an empty store: starts alone, then while all failed jobs of another workflow are retried, and run. */
export async function measureBulk(store: MeasuredStore, children: Children, plan: BulkPlan): Promise<BesideBulk[]> {
  await using slow = await startChild<SlowQuestion, SlowAnswer, { port: number }>("processes/slow-program");
  const rounds: BesideBulk[] = [];
  for (let round = 0; round < plan.bulkRounds; round += 1) rounds.push(await oneRound(store, children, slow, plan));
  return rounds;
}

async function oneRound(
  store: MeasuredStore,
  children: Children,
  slow: Child<SlowQuestion, SlowAnswer, { port: number }>,
  { bulkSamples, failedJobs }: BulkPlan,
): Promise<BesideBulk> {
  await using parts = await startFleet(store, children, "standalone", {}, [{ name: other, port: slow.hello.port }]);
  await fillWithFailed(parts.store.settings, other, failedJobs);
  const alone = await acknowledged(children, parts.first, bulkSamples);
  await slow.ask({ answerAfterMs: 0 });
  const began = monotonicMs();
  const [beside, bulkMs] = await Promise.all([
    acknowledged(children, parts.first, bulkSamples),
    retryAll(parts.first).then((jobs) => {
      if (jobs !== failedJobs) throw new Error(`${failedJobs} jobs had failed, and ${jobs} were retried`);
      return monotonicMs() - began;
    }),
  ]);
  while (await hasUnfinished(parts.first.port)) await delay(100);
  const { calls } = await slow.ask({ answerAfterMs: 0 });
  if (calls !== failedJobs) throw new Error(`${failedJobs} jobs were retried, and made ${calls} calls`);
  return { alone, beside, bulkMs };
}

interface BulkAnswer {
  readonly done: number;
  readonly next: string | null;
}

/** As the command line does it: one call after the other. */
async function retryAll({ port }: Product): Promise<number> {
  let done = 0;
  let cursor: string | null | undefined;
  do {
    const body = { filter: { workflow: other, status: "failed" }, ...(cursor !== undefined && { cursor }) };
    const url = `http://127.0.0.1:${port}/api/v1/jobs/bulk/retry`;
    const answer = await fetch(url, { method: "POST", body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`The retry was answered with ${answer.status}: ${await answer.text()}`);
    const told = (await answer.json()) as BulkAnswer;
    done += told.done;
    cursor = told.next;
  } while (cursor !== null);
  return done;
}

/** About 40 starts a second. */
async function acknowledged(children: Children, product: Product, samples: number): Promise<Latency> {
  const jobs = samples + warmUp;
  await children.receiver.ask({ kind: "expect", jobs });
  const ask = { port: product.port, jobs, connections: 4, pauseMs: [50, 150] } as const;
  const { acknowledgedAfterMs } = await children.load.ask(ask);
  await exactlyOnce(children, jobs);
  const waits = acknowledgedAfterMs.slice(warmUp);
  return { p50Ms: quantile(waits, 0.5), p99Ms: quantile(waits, 0.99), samples };
}

/** First starts that are not counted: they compile code. */
const warmUp = 20;
