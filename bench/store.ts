// What a store does in a closed loop: insert with lease and commit of one-task jobs, as the product makes them.
// Usage: node bench/store.ts [--store sqlite|mongodb] [--callers 64] [--seconds 3] [--folder DIR]
import { tmpdir } from "node:os";
import { parseArgs } from "node:util";
import { newJobId, newWorkerId } from "../src/model/ids.ts";
import type { Store } from "../src/store/store.ts";
import { completionOf, leasedJob, workerInfo } from "../test/support/jobs.ts";
import { quantile } from "./report/spread.ts";
import { adaptersOf } from "./stores/adapter.ts";
import { storesAsked } from "./stores/open.ts";

const { values } = parseArgs({
  options: {
    store: { type: "string" },
    callers: { type: "string", default: "64" },
    seconds: { type: "string", default: "3" },
    folder: { type: "string", default: tmpdir() },
  },
});
const callers = Number(values.callers);
const durationMs = Number(values.seconds) * 1000;
const worker = newWorkerId();

/** One job: two durable writes. */
async function runJob(store: Store): Promise<void> {
  const start = leasedJob("bench", worker, { id: newJobId(Date.now()), createdAt: Date.now() });
  const [inserted] = await store.jobs.insert([start]);
  if (inserted?.kind !== "inserted" || !inserted.leased) throw new Error(`Not inserted: ${JSON.stringify(inserted)}`);
  const [committed] = await store.jobs.commit([completionOf(start.job, { finishedAt: Date.now() })]);
  if (committed?.kind !== "committed") throw new Error(`Not committed: ${JSON.stringify(committed)}`);
}

/** Answers how long each job took, ms. */
async function measure(store: Store, forMs: number): Promise<number[]> {
  const end = performance.now() + forMs;
  const latencies: number[] = [];
  const caller = async (): Promise<void> => {
    while (performance.now() < end) {
      const startedAt = performance.now();
      await runJob(store);
      latencies.push(performance.now() - startedAt);
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return latencies;
}

for (const name of storesAsked(values.store)) {
  await using adapters = await adaptersOf(name, values.folder);
  const store = await adapters.open();
  await store.workers.register(workerInfo(worker));
  await measure(store, 500);
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  const latencies = await measure(store, durationMs);
  const elapsedMs = performance.now() - startedAt;
  const cpu = process.cpuUsage(cpuBefore);
  const [p50, p99] = [0.5, 0.99].map((share) => quantile(latencies, share).toFixed(2));
  const perSecond = Math.round((latencies.length * 1000) / elapsedMs);
  console.log(`${name}: ${perSecond} jobs/s (${callers} callers, two durable writes each)`);
  console.log(`latency of both writes p50 ${p50} ms, p99 ${p99} ms`);
  console.log(`CPU of this process per 1,000 jobs: ${((cpu.user + cpu.system) / latencies.length).toFixed(1)} ms`);
}
