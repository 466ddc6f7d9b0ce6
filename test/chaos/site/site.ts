import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Receiver, type ReceiverOptions, startReceiver } from "../../support/receiver.ts";
import { tempFolder } from "../../support/temp-folder.ts";
import { writeConfig } from "../../support/workflows-process.ts";
import { Fleet, incarnationVariable } from "./fleet.ts";
import { openSiteStore, type SiteStore, type StoreKind } from "./site-store.ts";

export const chaosWorkflow = "chaos";
export const chaosTasks = ["one", "two", "three"] as const;

/** Where a chaos run takes place: a folder with store, definitions and configuration, a receiver, and a fleet without members yet. */
export interface Site extends AsyncDisposable {
  /** Where files of the run may be put. */
  readonly folder: string;
  readonly receiver: Receiver;
  readonly fleet: Fleet;
  readonly store: SiteStore;
}

export interface SiteOptions {
  readonly root?: string;
  /** Default: SQLite. */
  readonly store?: StoreKind;
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
  await writeFile(join(workflows, "chaos.json"), JSON.stringify(threeTasks(), undefined, 2));
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
  const { root } = options;
  const fleet = parts.use(
    new Fleet({ ...(root !== undefined && { root }), configPath, receiverAddress: receiver.address }),
  );
  const kept = parts.move();
  return { folder: folder.path, receiver, fleet, store, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

/** Three calls in a row, each with retries enough that chance never uses them up; the last two send what the call before answered. */
function threeTasks(): object {
  const task = (name: string, body: string): object => ({
    name,
    type: "http",
    retries: 50,
    ...(name === "two" && { retryDelaySeconds: 1 }),
    http: {
      uri: `http://\${env.RECEIVER_ADDR}/\${workflow.input.marker}/${name}`,
      method: "POST",
      payload: body,
      contentType: "application/json",
      headers: { "X-Incarnation": `\${env.${incarnationVariable}}` },
    },
  });
  return {
    name: chaosWorkflow,
    version: 1,
    inputParameters: ["marker"],
    tasks: [
      task("one", '{"marker": "${workflow.input.marker}"}'),
      task("two", '{"before": "${one.json.echo}"}'),
      task("three", '{"before": "${two.json.received}"}'),
    ],
  };
}
