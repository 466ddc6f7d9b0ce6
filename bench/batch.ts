// Many starts by one call: from the request to the whole answer, and until the last job has ended.
// Usage: node bench/batch.ts [--store sqlite|mongodb] [--inputs 10000] [--command standalone|server] [--rounds 5]. `npm run build` comes first.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { parseArgs } from "node:util";
import { hasUnfinished, startProduct } from "./processes/product.ts";
import { openSite } from "./processes/site.ts";
import { spreadOf } from "./report/spread.ts";
import type { MeasuredStore } from "./stores/measured-store.ts";
import { openMeasured, storesAsked } from "./stores/open.ts";

const { values } = parseArgs({
  options: {
    store: { type: "string" },
    inputs: { type: "string", default: "10000" },
    command: { type: "string", default: "standalone" },
    rounds: { type: "string", default: "5" },
  },
});
const inputs = Number(values.inputs);
const command = values.command === "server" ? "server" : "standalone";

async function startReceiver(): Promise<Server> {
  const server = createServer((request, response) => {
    request.resume();
    response.end("{}");
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return server;
}

interface Run {
  readonly answeredMs: number;
  readonly endedMs: number;
}

async function runOne(port: number, body: string): Promise<Run> {
  const began = performance.now();
  const answer = await fetch(`http://127.0.0.1:${port}/api/v1/workflow/bench/batch`, { method: "POST", body });
  const members = (await answer.json()) as readonly { readonly id?: string }[];
  const answeredMs = performance.now() - began;
  const started = new Set(members.map(({ id }) => id)).size;
  if (started !== inputs) throw new Error(`${started} jobs were started: ${JSON.stringify(members).slice(0, 200)}`);
  while (command === "standalone" && (await hasUnfinished(port))) await new Promise((soon) => setTimeout(soon, 50));
  return { answeredMs, endedMs: performance.now() - began };
}

async function measure(measured: MeasuredStore): Promise<void> {
  const receiver = await startReceiver();
  const runs: Run[] = [];
  const body = JSON.stringify(Array.from({ length: inputs }, (_, n) => ({ n, device: `device-${n}` })));
  for (let round = 0; round < Number(values.rounds); round += 1) {
    await using empty = await measured.empty(); // a server alone leaves all jobs waiting
    await using site = await openSite((receiver.address() as AddressInfo).port, empty.settings);
    await using product = await startProduct(site, command);
    runs.push(await runOne(product.port, body));
  }
  receiver.close();
  const told = (of: (run: Run) => number): string => {
    const { median, min, max } = spreadOf(runs.map(of));
    return `${median.toFixed(0)} ms (${min.toFixed(0)}-${max.toFixed(0)})`;
  };
  const ended = command === "standalone" ? `, ended after ${told(({ endedMs }) => endedMs)}` : "";
  console.log(
    `${measured.name}, ${command}: ${inputs} inputs answered after ${told(({ answeredMs }) => answeredMs)}${ended}`,
  );
}

for (const name of storesAsked(values.store)) {
  await using measured = await openMeasured(name);
  await measure(measured);
}
