import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { monotonicMs } from "../../support/clocks/monotonic-clock.ts";
import { eventually } from "../../support/eventually.ts";
import { startReceiver } from "../../support/receiver/receiver.ts";
import { tempFolder } from "../../support/temp-folder.ts";
import { listJobIds, startJob } from "../../support/workflows-api.ts";
import { startWorkflows, type WorkflowsProcess, writeConfig } from "../../support/workflows-process.ts";
import { inspectable, memoryOf, type ProcessMemory } from "../site/process-memory.ts";

export interface ParkingPlan {
  readonly jobs: number;
  readonly others: number;
  /** How often the memory is looked at, a moment apart, each time that it is measured; default: 10. */
  readonly looks?: number;
}

export interface ParkingRun {
  /** With a hundredth of the jobs parked, and with all. */
  readonly few: ProcessMemory;
  readonly many: ProcessMemory;
  /** From the start of another job to its call while all others are parked, in ms. */
  readonly otherCalledAfterMs: readonly number[];
}

const startsAtOnce = 50;

/**
 * Parks jobs in a retry delay of an hour, far more than the worker has slots, and starts others meanwhile.
 * The process first runs as many jobs that do not park, so that memory which any work needs is not mistaken for theirs.
 */
export async function parkingCampaign(plan: ParkingPlan): Promise<ParkingRun> {
  await using folder = await tempFolder();
  await using receiver = await startReceiver(join(folder.path, "receiver.jsonl"));
  await writeFile(join(folder.path, "parked.json"), oneCall("parked", receiver.address, "?status=503"));
  await writeFile(join(folder.path, "other.json"), oneCall("other", receiver.address, ""));
  const configPath = await writeConfig(folder.path, {
    listen: "127.0.0.1:0",
    sqlite_path: join(folder.path, "workflows.db"),
    workflows_path: [join(folder.path, "parked.json"), join(folder.path, "other.json")],
    concurrency: 20,
  });
  await using product = await startWorkflows("standalone", { configPath, env: inspectable });
  const run = async (workflow: string, count: number): Promise<void> => {
    const before = receiver.received();
    await startMany(product, workflow, count);
    await eventually(`${count} calls of ${workflow}`, () => receiver.received() >= before + count, {
      withinMs: 300_000,
    });
  };
  const few = Math.ceil(plan.jobs / 100);
  await run("other", plan.jobs);
  await eventually("all of them are done", async () => (await listJobIds(product.url, "done")).length >= plan.jobs, {
    withinMs: 60_000,
    everyMs: 250,
  });
  await run("parked", few);
  const withFew = await memoryOf(product.pid, product.output(), plan.looks);
  await run("parked", plan.jobs - few);
  const withMany = await memoryOf(product.pid, product.output(), plan.looks);
  const otherCalledAfterMs: number[] = [];
  for (let other = 0; other < plan.others; other += 1) {
    const before = receiver.received();
    const startedAtMs = monotonicMs();
    await startMany(product, "other", 1);
    await eventually("the other job is called", () => receiver.received() > before, { everyMs: 1 });
    const call = (await receiver.calls()).at(-1);
    otherCalledAfterMs.push((call?.receivedAtMs ?? Infinity) - startedAtMs);
  }
  return { few: withFew, many: withMany, otherCalledAfterMs };
}

async function startMany(product: WorkflowsProcess, workflow: string, count: number): Promise<void> {
  let left = count;
  const one = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const { status, body } = await startJob(product.url, workflow, {});
      if (status !== 201) throw new Error(`A start was answered ${status}: ${JSON.stringify(body)}`);
    }
  };
  await Promise.all(Array.from({ length: Math.min(count, startsAtOnce) }, one));
}

function oneCall(name: string, address: string, query: string): string {
  const http = { uri: `http://${address}/${name}${query}`, method: "POST" };
  const task = { name: "call", type: "http", retries: 5, retryDelaySeconds: 3600, http };
  return JSON.stringify({ name, version: 1, tasks: [task] });
}
