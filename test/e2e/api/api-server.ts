import type { AddressInfo } from "node:net";
import { promisify } from "node:util";
import { createApp } from "../../../src/api/app.ts";
import { type ApiSettings, defaultApiSettings } from "../../../src/api/settings.ts";
import { applyEvent } from "../../../src/jobs/apply.ts";
import { Catalog } from "../../../src/jobs/catalog.ts";
import type { Deps } from "../../../src/jobs/deps.ts";
import { OwnChanges } from "../../../src/jobs/watch/own-changes.ts";
import { endOverdueJobs } from "../../../src/maintenance/timers.ts";
import { defaultLimits } from "../../../src/model/decision/moment.ts";
import { newWorkerId } from "../../../src/model/ids.ts";
import type { Outcome } from "../../../src/model/job/task-execution.ts";
import type { Workflow } from "../../../src/model/workflow.ts";
import { InProcessNotifier } from "../../../src/notifier/in-process.ts";
import type { Store } from "../../../src/store/store.ts";
import { createCliKind } from "../../../src/tasks/cli/cli-kind.ts";
import { defaultCliSettings } from "../../../src/tasks/cli/settings.ts";
import { createHttpKind } from "../../../src/tasks/http/http-kind.ts";
import { defaultHttpSettings } from "../../../src/tasks/http/settings.ts";
import { taskKinds } from "../../../src/tasks/registry.ts";
import { defaultSmtpSettings } from "../../../src/tasks/smtp/settings.ts";
import { createSmtpKind } from "../../../src/tasks/smtp/smtp-kind.ts";
import { envAllowList } from "../../../src/template/env-allow-list.ts";
import { workerInfo, workflowOf } from "../../support/jobs.ts";
import { freshPlace, openStoreAt, type StorePlace } from "../../support/store/store-place.ts";

export interface ApiServer extends AsyncDisposable {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  readonly port: number;
  readonly place: StorePlace;
  readonly store: Store;
  /** What was logged as error or warning. */
  readonly logged: { readonly level: string; readonly fields: object; readonly message: string }[];
  /** How many connections are open. */
  connections(): Promise<number>;
  /** Runs the next task of the only job that is ready, as a worker would. */
  finishNextTask(outcome: Outcome): Promise<void>;
  /** Stops as the product does: connections are not cut. */
  stop(): Promise<void>;
  /** Ends the jobs whose overall time-out has come, as the sweep would. */
  endOverdueJobs(): Promise<void>;
}

export interface ApiServerOptions {
  readonly workflows?: readonly Workflow[];
  readonly settings?: Partial<ApiSettings>;
  /** Stands between the API and the store; for stores that fail. */
  readonly disturb?: (store: Store) => Store;
  /** Where a store is already, as for a second server that hears nothing of the first; default: a new one, gone with the server. */
  readonly at?: StorePlace;
  /** Added to the clock: time that a test lets pass. */
  readonly clockOffsetMs?: () => number;
  /** How long connections stay open after an answer; else as long as in the product. */
  readonly keepAliveMs?: number;
}

const cliKind = createCliKind({ ...defaultCliSettings, allowedBinaries: ["/bin/true"] });
const compileOptions = {
  kinds: taskKinds([createHttpKind(defaultHttpSettings, "test"), cliKind, createSmtpKind(defaultSmtpSettings, 1000)]),
  envAllowed: envAllowList(["*_ADDR"]),
};

/** The API on a port of its own, with a real store of its own and no worker. */
export async function apiServer(options: ApiServerOptions = {}): Promise<ApiServer> {
  const fresh = options.at === undefined ? await freshPlace() : undefined;
  const place: StorePlace = options.at ?? (fresh as StorePlace);
  const store = await openStoreAt(place);
  const catalog = new Catalog(store.definitions);
  await catalog.add(
    (options.workflows ?? [greet()]).map((workflow) => ({ workflow, source: { name: workflow.name } })),
  );
  const deps: Deps = {
    store: options.disturb?.(store) ?? store,
    notifier: new InProcessNotifier(),
    changes: new OwnChanges(),
    catalog,
    ephemeral: { keep: false, idempotencyWindowMs: 60_000 },
    moment: () => ({ nowMs: Date.now() + (options.clockOffsetMs?.() ?? 0), random: 0.5, limits: defaultLimits }),
  };
  const logged: ApiServer["logged"] = [];
  const logAs = (level: string) => (fields: object, message: string) => void logged.push({ level, fields, message });
  const logger = { info: logAs("info"), warn: logAs("warn"), error: logAs("error") };
  const settings = { ...defaultApiSettings, ...options.settings };
  const app = createApp({ deps, settings, logger, compileOptions, version: "0.0.0-test" });
  if (options.keepAliveMs !== undefined) {
    app.server.keepAliveTimeout = options.keepAliveMs;
    app.server.keepAliveTimeoutBuffer = 0;
  }
  await app.listen({ host: "127.0.0.1", port: 0 });
  const { port } = app.server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    place,
    store,
    logged,
    connections: () => promisify(app.server.getConnections.bind(app.server))(),
    finishNextTask: (outcome) => finishNextTask({ ...deps, store }, outcome),
    endOverdueJobs: async () => void (await endOverdueJobs({ ...deps, store }, logger)),
    stop: () => app.close(),
    async [Symbol.asyncDispose](): Promise<void> {
      app.server.closeAllConnections();
      await app.close();
      await store.close();
      await fresh?.[Symbol.asyncDispose]();
    },
  };
}

/** A workflow of one http task that needs the input `name`. */
export function greet(more: Partial<Workflow> = {}): Workflow {
  return { ...workflowOf("greet", 4), inputParameters: ["name"], root: httpTask("0", "call"), ...more };
}

export function httpTask(path: string, name: string): Workflow["root"] {
  return {
    kind: "task",
    path,
    name,
    type: "http",
    spec: {},
    requires: [],
    retry: { kind: "fixed", retries: 0, delayMs: 0 },
    whenLost: "retry",
  };
}

async function finishNextTask(deps: Deps, outcome: Outcome): Promise<void> {
  const worker = newWorkerId();
  await deps.store.workers.register(workerInfo(worker, { startedAt: Date.now() }));
  const claim = await deps.store.jobs.claim({ worker, limit: 1, nowMs: Date.now(), of: "healthy" });
  const job = claim.kind === "claimed" ? claim.jobs[0] : undefined;
  const task = job?.tasks.find(({ status }) => status === "scheduled");
  if (job?.lease === undefined || task === undefined) throw new Error("No task is ready");
  const { path, iteration, attempt } = task;
  const about = { path, iteration, attempt, worker, fence: job.lease.fence };
  const event = { kind: "attempt_finished", ...about, startedAt: Date.now(), durationMs: 1.5, outcome } as const;
  const applied = await applyEvent(deps, job.id, event);
  if (applied.kind !== "committed") throw new Error(`The task's end was not taken: ${applied.kind}`);
  await deps.store.jobs.release(worker, [{ id: job.id, fence: job.lease.fence }]);
}
