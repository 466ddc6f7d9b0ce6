// What the SQLite store does in a closed loop: insert with lease and commit of one-task jobs, as the product makes them.
// Usage: node bench/store.ts [--callers 64] [--seconds 3] [--folder DIR]
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { newJobId, newWorkerId } from "../src/model/ids.ts";
import { openSqliteStore } from "../src/store/sqlite/sqlite-store.ts";
import { completionOf, leasedJob, workerInfo } from "../test/support/jobs.ts";

const { values } = parseArgs({
  options: {
    callers: { type: "string", default: "64" },
    seconds: { type: "string", default: "3" },
    folder: { type: "string", default: tmpdir() },
  },
});
const callers = Number(values.callers);
const durationMs = Number(values.seconds) * 1000;

const folder = mkdtempSync(join(values.folder, "bench-store-"));
const store = await openSqliteStore({ path: join(folder, "workflows.db"), migrate: true });
const worker = newWorkerId();
await store.workers.register(workerInfo(worker));

const latencies: number[] = [];

/** One job: two durable writes. */
async function runJob(): Promise<void> {
  const start = leasedJob("bench", worker, { id: newJobId(Date.now()), createdAt: Date.now() });
  const [inserted] = await store.jobs.insert([start]);
  if (inserted?.kind !== "inserted" || !inserted.leased) throw new Error(`Not inserted: ${JSON.stringify(inserted)}`);
  const [committed] = await store.jobs.commit([completionOf(start.job, { finishedAt: Date.now() })]);
  if (committed?.kind !== "committed") throw new Error(`Not committed: ${JSON.stringify(committed)}`);
}

async function measure(forMs: number): Promise<number> {
  const end = performance.now() + forMs;
  latencies.length = 0;
  await Promise.all(
    Array.from({ length: callers }, async () => {
      while (performance.now() < end) {
        const startedAt = performance.now();
        await runJob();
        latencies.push(performance.now() - startedAt);
      }
    }),
  );
  return latencies.length;
}

await measure(500);
const cpuBefore = process.cpuUsage();
const startedAt = performance.now();
const jobs = await measure(durationMs);
const elapsedMs = performance.now() - startedAt;
const cpu = process.cpuUsage(cpuBefore);
latencies.sort((a, b) => a - b);
const quantile = (q: number): string => (latencies[Math.floor(latencies.length * q)] ?? 0).toFixed(2);
console.log(`${Math.round((jobs * 1000) / elapsedMs)} jobs/s (${callers} callers, two durable writes each)`);
console.log(`latency of both writes p50 ${quantile(0.5)} ms, p99 ${quantile(0.99)} ms`);
console.log(`CPU per 1,000 jobs: ${((cpu.user + cpu.system) / jobs).toFixed(1)} ms`);
await store.close();
rmSync(folder, { recursive: true });
