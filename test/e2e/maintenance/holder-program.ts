import { Catalog } from "../../../src/jobs/catalog.ts";
import { defaultLimits } from "../../../src/model/decision/moment.ts";
import { InProcessNotifier } from "../../../src/notifier/in-process.ts";
import { ownIdentity } from "../../../src/processes/identity.ts";
import { Worker } from "../../../src/worker/worker.ts";
import { openStoreAt, type StorePlace } from "../../support/store/store-place.ts";

// A worker whose attempts never end by themselves. Prints "running" at the first; stops at SIGTERM, and must then end by itself.

const [place] = process.argv.slice(2);
if (place === undefined) throw new Error("Usage: holder-program.ts PLACE");
const store = await openStoreAt(JSON.parse(place) as StorePlace, false);
const catalog = new Catalog(store.definitions);
const ignore = (): void => undefined;
const worker = new Worker({
  deps: {
    store,
    notifier: new InProcessNotifier(),
    catalog,
    moment: () => ({ nowMs: Date.now(), random: Math.random(), limits: defaultLimits }),
    ephemeral: { keep: false, idempotencyWindowMs: 0 },
  },
  settings: { concurrency: 5, takes: {}, leaseMs: 60_000, heartbeatMs: 20_000, pollMs: 20, graceMs: 50 },
  identity: ownIdentity(),
  run: ({ signal }) => {
    process.stdout.write("running\n");
    return new Promise((resolve) => {
      signal.addEventListener("abort", () => resolve({ kind: "interrupted" }));
    });
  },
  endLeftGroup: () => Promise.resolve("unknown"),
  log: { info: ignore, warn: ignore, error: (fields, message) => console.error(message, fields) },
  clock: ignore,
});
await worker.begin();
process.once("SIGTERM", () => {
  void worker.stop().then(() => store.close());
});
