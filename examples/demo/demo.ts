// `npm run demo`: three workflows on a fresh store, a kill -9 in the middle of one, and what became of them.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { styleText } from "node:util";
import { ended, historyOf, start } from "./jobs.ts";
import { startProduct } from "./product.ts";
import { startTarget, type Target } from "./target.ts";
import { span, timeline } from "./timeline.ts";

const patienceMs = 28_000;

const folder = mkdtempSync(join(tmpdir(), "workflows-demo-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
process.once("SIGINT", () => process.exit(130));
process.once("SIGTERM", () => process.exit(143));
setTimeout(() => fail(`it was not over after ${span(patienceMs)}`), patienceMs).unref();

function fail(reason: string): never {
  console.error(styleText("red", `The demo failed: ${reason}`));
  process.exit(1);
}

function step(text: string): void {
  console.log(`${styleText("cyan", ">")} ${text}`);
}

/** Calls that the target took for one path. */
function callsTo(target: Target, path: RegExp): Target["calls"] {
  return target.calls.filter((call) => path.test(call.path));
}

async function demo(): Promise<void> {
  const target = await startTarget(0);
  const storePath = join(folder, "workflows.db");
  let product = await startProduct(storePath, target.address);
  step(
    `standalone (process ${product.pid}) is ready after ${span(product.readyAfterMs)}; the services it calls are at ${target.address}`,
  );

  const ids = [
    await start(product.url, "decommission_device", {
      device_id: 'rack "7" device 1',
      request_id: "request-1",
      authorization: "Bearer example",
    }),
    await start(product.url, "provision_device", { device_id: "device-2" }),
    await start(product.url, "replace_device", { device_id: "device-3" }),
  ];
  step("started decommission_device, provision_device and replace_device");

  while (callsTo(target, /^\/firmware/).length === 0) await delay(10);
  await delay(500);
  await product.end("SIGKILL");
  step(styleText("bold", `kill -9 ${product.pid}, in the middle of install_firmware`));

  product = await startProduct(storePath, target.address);
  step(`started again (process ${product.pid}), ready after ${span(product.readyAfterMs)}`);

  const jobs = await Promise.all(ids.map((id) => ended(product.url, id)));
  for (const job of jobs) console.log(`\n${timeline(job, await historyOf(product.url, job.id))}`);
  await product.end("SIGTERM");
  target.close();

  const unfinished = jobs.find((job) => job.status !== "done");
  if (unfinished !== undefined) fail(`${unfinished.workflowName} ended as ${unfinished.status}`);
  console.log(`\n${verdict(target)}`);
}

/** What the target saw must be what the last line says. */
function verdict(target: Target): string {
  const installs = callsTo(target, /^\/firmware/);
  const keys = new Set(installs.map((call) => call.idempotencyKey));
  const opened = callsTo(target, /^\/tickets$/).length;
  const closed = callsTo(target, /^\/tickets\/T-1024\/close$/).length;
  if (installs.length !== 2 || keys.size !== 1)
    fail(`install_firmware came ${installs.length} times, under ${keys.size} keys`);
  if (opened !== 1 || closed !== 1) fail(`the ticket was opened ${opened} times and closed ${closed} times`);
  return styleText(
    ["bold", "green"],
    "All three workflows are done although their process was killed: open_ticket kept its result, install_firmware was called again under the same Idempotency-Key, everything else was called once or until it succeeded.",
  );
}

await demo().catch((error: unknown) => fail(error instanceof Error ? error.message : String(error)));
process.exit(0);
