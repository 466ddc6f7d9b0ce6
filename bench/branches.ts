// A job whose branches come from a list, one HTTP task each, in one standalone: how long it takes, how often it is written.
// Usage: node bench/branches.ts [--store sqlite|mongodb] [--branches 1000] [--call-ms 10] [--rounds 5]. `npm run build` comes first.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { parseArgs } from "node:util";
import { MongoClient } from "mongodb";
import type { Job } from "../src/model/job/job.ts";
import { isFinal } from "../src/model/job/job.ts";
import type { Workflow } from "../src/model/workflow.ts";
import { openMongoStore } from "../src/store/mongodb/mongo-store.ts";
import { openSqliteStore } from "../src/store/sqlite/sqlite-store.ts";
import type { Store } from "../src/store/store.ts";
import { createHttpKind } from "../src/tasks/http/http-kind.ts";
import { defaultHttpSettings } from "../src/tasks/http/settings.ts";
import { fanOut, task, workflow } from "../test/support/sample-workflow.ts";
import { startProduct } from "./processes/product.ts";
import { openSite, type Settings } from "./processes/site.ts";
import { spreadOf } from "./report/spread.ts";
import type { MeasuredStore } from "./stores/measured-store.ts";
import { openMeasured, storesAsked } from "./stores/open.ts";

const { values } = parseArgs({
  options: {
    store: { type: "string" },
    branches: { type: "string", default: "1000" },
    "call-ms": { type: "string", default: "10" },
    rounds: { type: "string", default: "5" },
  },
});
const branches = Number(values.branches);
const callMs = Number(values["call-ms"]);

/** Answers each call after its time. */
async function startReceiver(): Promise<Server> {
  const server = createServer((request, response) => {
    request.resume();
    setTimeout(() => response.end("{}"), callMs);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return server;
}

/** No dialect says it yet: the model goes into the store as it is. */
function overAList(port: number): Workflow {
  const { spec } = createHttpKind(defaultHttpSettings, "bench").check({ uri: `http://127.0.0.1:${port}/` }, "");
  return workflow(fanOut("0", "list", task("0/0", { type: "http", spec }), { maxItems: branches }), {
    name: "branches",
  });
}

async function openAt(settings: Settings): Promise<Store> {
  const { sqlite_path: path, "mongo-url": uri, "mongo-dbname": database } = settings;
  if (path !== undefined) return openSqliteStore({ path, migrate: true });
  if (uri === undefined || database === undefined) throw new Error("The settings name no store");
  const client = await new MongoClient(uri, { retryWrites: false }).connect();
  return openMongoStore({ client, database, migrate: true });
}

async function runOne(port: number, store: Store): Promise<{ job: Job; elapsedMs: number }> {
  const body = JSON.stringify({ list: Array.from({ length: branches }, (_, index) => index) });
  const began = performance.now();
  const answer = await fetch(`http://127.0.0.1:${port}/api/v1/workflow/branches`, { method: "POST", body });
  const { id } = (await answer.json()) as { readonly id: string };
  for (;;) {
    const job = await store.jobs.get(id);
    if (job !== undefined && isFinal(job.status)) return { job, elapsedMs: performance.now() - began };
    await new Promise((soon) => setTimeout(soon, 20));
  }
}

async function measure(measured: MeasuredStore): Promise<void> {
  const receiver = await startReceiver();
  await using empty = await measured.empty();
  const store = await openAt(empty.settings);
  const model = overAList((receiver.address() as AddressInfo).port);
  await store.definitions.put([{ workflow: model, source: {} }]);
  const limit = String(Math.max(1000, branches));
  await using site = await openSite(0, { ...empty.settings, max_task_executions: limit });
  await using product = await startProduct(site, "standalone");
  const runs = [];
  for (let round = 0; round <= Number(values.rounds); round += 1) runs.push(await runOne(product.port, store));
  await store.close();
  receiver.close();
  const jobs = runs.slice(1).map(({ job }) => job); // the first one warms up
  const failed = jobs.find(({ status }) => status !== "completed");
  if (failed !== undefined) throw new Error(`A job did not complete: ${JSON.stringify(failed.error)}`);
  const ms = spreadOf(runs.slice(1).map(({ elapsedMs }) => elapsedMs));
  const writes = spreadOf(jobs.map(({ version }) => version));
  const bytes = spreadOf(jobs.map((job) => JSON.stringify(job).length));
  const figures = [
    `${ms.median.toFixed(0)} ms (${ms.min.toFixed(0)}-${ms.max.toFixed(0)})`,
    `${writes.median} writes (${writes.min}-${writes.max})`,
    `${(bytes.median / 1024).toFixed(0)} KiB a job`,
  ];
  console.log(`${measured.name}: ${branches} branches of ${callMs} ms: ${figures.join(", ")}`);
}

for (const name of storesAsked(values.store)) {
  await using measured = await openMeasured(name);
  await measure(measured);
}
