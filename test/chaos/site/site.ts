import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Receiver, type ReceiverOptions, startReceiver } from "../../support/receiver/receiver.ts";
import { tempFolder } from "../../support/temp-folder.ts";
import { writeConfig } from "../../support/workflows-process.ts";
import { Fleet } from "./fleet.ts";
import { openSiteStore, type SiteStore, type StoreKind } from "./site-store.ts";
import type { ChaosWorkflow } from "./workflows/chaos-workflow.ts";
import { putModels } from "./workflows/put-models.ts";
import { threeTasks } from "./workflows/three-tasks.ts";

/** Where a chaos run takes place: a folder with store, definitions and configuration, a receiver, and a fleet without members yet. */
export interface Site extends AsyncDisposable {
  /** Where files of the run may be put. */
  readonly folder: string;
  readonly receiver: Receiver;
  readonly fleet: Fleet;
  readonly store: SiteStore;
  readonly workflow: ChaosWorkflow;
}

export interface SiteOptions {
  readonly root?: string;
  /** Default: SQLite. */
  readonly store?: StoreKind;
  /** What its jobs run; default: three tasks, one after the other. */
  readonly workflow?: ChaosWorkflow;
  readonly receiver: ReceiverOptions;
  readonly leaseMs: number;
  readonly heartbeatMs: number;
  /** Further configuration. */
  readonly config?: { readonly [key: string]: unknown };
}

export async function openSite(options: SiteOptions): Promise<Site> {
  await using parts = new AsyncDisposableStack();
  const folder = parts.use(await tempFolder());
  const receiver = parts.use(await startReceiver(join(folder.path, "receiver.jsonl"), options.receiver));
  const store = parts.use(await openSiteStore(options.store ?? "sqlite", folder.path));
  const workflows = join(folder.path, "workflows");
  await mkdir(workflows);
  const { workflow = threeTasks } = options;
  for (const [name, definition] of Object.entries(workflow.files))
    await writeFile(join(workflows, name), JSON.stringify(definition, undefined, 2));
  const configPath = await writeConfig(folder.path, {
    listen: "127.0.0.1:0",
    ...store.config,
    workflows_path: workflows,
    lease: `${options.leaseMs}ms`,
    heartbeat: `${options.heartbeatMs}ms`,
    sweep: "200ms",
    poll: "200ms",
    ...options.config,
  });
  await putModels(workflow, store.config);
  const { root } = options;
  const fleet = parts.use(
    new Fleet({ ...(root !== undefined && { root }), configPath, receiverAddress: receiver.address }),
  );
  const kept = parts.move();
  return { folder: folder.path, receiver, fleet, store, workflow, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}
