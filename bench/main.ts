// `npm run bench [-- --store sqlite|mongodb] [--only throughput|cold-start|idle|fairness|bulk|find] [--short] [--json]`: the product beside a floor, in one run.
// `npm run build` comes first.
import { parseArgs } from "node:util";
import { type Measured, reportOf } from "./report/report.ts";
import { table } from "./report/table.ts";
import type { StoreName } from "./stores/measured-store.ts";
import { openMeasured, storesAsked } from "./stores/open.ts";
import { measureBulk } from "./workloads/bulk.ts";
import { startChildren } from "./workloads/children.ts";
import { measureColdStarts } from "./workloads/cold-start.ts";
import { measureFairness } from "./workloads/fairness.ts";
import { measureFind } from "./workloads/find.ts";
import { measureIdle } from "./workloads/idle.ts";
import { measureThroughput } from "./workloads/throughput.ts";

const { values: asked } = parseArgs({
  options: {
    store: { type: "string" },
    only: { type: "string" },
    short: { type: "boolean" },
    json: { type: "boolean" },
  },
});

const fair = asked.short
  ? { fairRounds: 1, fairSamples: 20, hangMs: 1000, hangingJobs: 300, pendingJobs: 2000 }
  : { fairRounds: 3, fairSamples: 600, hangMs: 10_000, hangingJobs: 5000, pendingJobs: 200_000 };
const bulk = asked.short
  ? { bulkRounds: 1, bulkSamples: 20, failedJobs: 1500 }
  : { bulkRounds: 3, bulkSamples: 600, failedJobs: 100_000 };
const plan = asked.short
  ? { warmUps: 0, rounds: 1, jobs: 1000, coldStarts: 1, samples: 2, quietMs: 300 }
  : { warmUps: 3, rounds: 5, jobs: 10_000, coldStarts: 10, samples: 150, quietMs: 30_000 };
const search = asked.short ? { findJobs: 2000, looks: 1 } : { findJobs: 1_000_000, looks: 20 };
const connections = 64;

const workloads = ["throughput", "cold-start", "idle", "fairness", "bulk", "find"] as const;
if (asked.only !== undefined && !workloads.some((workload) => workload === asked.only))
  throw new Error(`--only is one of ${workloads.join(", ")}`);

function wanted(workload: (typeof workloads)[number]): boolean {
  return asked.only === undefined || asked.only === workload;
}

async function measure(name: StoreName): Promise<Measured> {
  await using children = await startChildren();
  await using store = await openMeasured(name);
  const load = { jobs: plan.jobs, connections };
  return {
    store: name,
    ...(wanted("throughput") && {
      throughput: { ...load, of: await measureThroughput(store, children, { ...plan, ...load }) },
    }),
    ...(wanted("cold-start") && { coldStartsMs: await measureColdStarts(store, children, plan.coldStarts) }),
    ...(wanted("idle") && { idle: await measureIdle(store, children, plan) }),
    ...(wanted("fairness") && { fairness: { ...fair, of: await measureFairness(store, children, fair) } }),
    ...(wanted("bulk") && { bulk: { ...bulk, of: await measureBulk(store, children, bulk) } }),
    ...(wanted("find") && { find: { ...search, of: await measureFind(name, search) } }),
  };
}

const measured: Measured[] = [];
for (const name of storesAsked(asked.store)) measured.push(await measure(name));
const report = reportOf(measured);
console.log(asked.json ? JSON.stringify(report, undefined, 2) : table(report));
