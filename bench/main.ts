// `npm run bench [-- --store sqlite|mongodb] [--short] [--json]`: the product beside a floor, in one run. `npm run build` comes first.
import { parseArgs } from "node:util";
import { type Measured, reportOf } from "./report/report.ts";
import { table } from "./report/table.ts";
import type { StoreName } from "./stores/measured-store.ts";
import { openMeasured, storesAsked } from "./stores/open.ts";
import { startChildren } from "./workloads/children.ts";
import { measureColdStarts } from "./workloads/cold-start.ts";
import { measureIdle } from "./workloads/idle.ts";
import { measureThroughput } from "./workloads/throughput.ts";

const { values: asked } = parseArgs({
  options: { store: { type: "string" }, short: { type: "boolean" }, json: { type: "boolean" } },
});

const plan = asked.short
  ? { warmUps: 0, rounds: 1, jobs: 1000, coldStarts: 1, samples: 10, quietMs: 1000 }
  : { warmUps: 3, rounds: 5, jobs: 10_000, coldStarts: 10, samples: 150, quietMs: 30_000 };
const connections = 64;

async function measure(name: StoreName): Promise<Measured> {
  await using children = await startChildren();
  await using store = await openMeasured(name);
  const throughput = await measureThroughput(store, children, { ...plan, connections });
  const coldStartsMs = await measureColdStarts(store, children, plan.coldStarts);
  const idle = await measureIdle(store, children, plan);
  return { store: name, jobsPerRound: plan.jobs, connections, throughput, coldStartsMs, idle };
}

const measured: Measured[] = [];
for (const name of storesAsked(asked.store ?? "sqlite")) measured.push(await measure(name));
const report = reportOf(measured);
console.log(asked.json ? JSON.stringify(report, undefined, 2) : table(report));
