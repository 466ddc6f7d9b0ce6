import type { Logger } from "pino";
import { defaultApiSettings } from "./api/settings.ts";
import { packageInfo } from "./commands/package-info.ts";
import type { Config } from "./config/config.ts";
import { Catalog, type Deviation } from "./jobs/catalog.ts";
import type { Deps } from "./jobs/deps.ts";
import type { Placement } from "./jobs/placement.ts";
import { secretsOf } from "./jobs/secrets.ts";
import { expireDeadNeighbours } from "./maintenance/neighbours.ts";
import { ownIdentity } from "./maintenance/process-identity.ts";
import { Sweeper } from "./maintenance/sweeper.ts";
import type { Moment } from "./model/decision/moment.ts";
import { StartError } from "./model/errors.ts";
import { outwardIdempotencyKey } from "./model/ids.ts";
import { nameMatcher } from "./model/redaction.ts";
import { InProcessNotifier } from "./notifier/in-process.ts";
import { SqliteNotifier } from "./notifier/sqlite.ts";
import { withLogging } from "./observability/logged-store.ts";
import { openSqliteStore } from "./store/sqlite/sqlite-store.ts";
import type { StoredDefinition } from "./store/store.ts";
import { createHttpKind, type HttpKind } from "./tasks/http/http-kind.ts";
import { defaultHttpSettings } from "./tasks/http/settings.ts";
import { type TaskKinds, taskKinds } from "./tasks/registry.ts";
import { runAttempt } from "./tasks/run-attempt.ts";
import { scopeOf } from "./tasks/scope.ts";
import { envAllowList } from "./template/env-allow-list.ts";
import type { AttemptRunner } from "./worker/attempt-runner.ts";
import { Worker } from "./worker/worker.ts";

/** Which parts a process has. */
export interface Roles {
  readonly api: boolean;
  readonly worker: boolean;
  /** Brings an older schema to the newest version, instead of refusing it. */
  readonly migrate: boolean;
}

export interface Running {
  /** URL of the API, where there is one. */
  readonly address?: string;
  /** Ends every part, in an order in which none misses another: takes nothing more, lets attempts finish, closes the store. */
  stop(): Promise<void>;
}

/** Joins the parts of one process and starts them. Throws `StartError`; then nothing is left running. */
export async function compose(config: Config, logger: Logger, roles: Roles): Promise<Running> {
  const parts = new Parts();
  try {
    return await start(config, logger, roles, parts);
  } catch (error) {
    await parts.stop();
    throw error;
  }
}

/** What was started, ended in reverse. */
class Parts {
  readonly #stops: (() => Promise<void>)[] = [];

  onStop(stop: () => Promise<void>): void {
    this.#stops.unshift(stop);
  }

  async stop(): Promise<void> {
    for (const stop of this.#stops.splice(0)) await stop();
  }
}

async function start(config: Config, logger: Logger, roles: Roles, parts: Parts): Promise<Running> {
  const http = httpKind(config);
  const kinds = taskKinds([http]);
  parts.onStop(() => http.close());
  const definitions = roles.api || roles.worker ? await readDefinitions(config, kinds, logger) : [];
  const sqlite = await openSqliteStore({ path: config.sqlitePath, migrate: roles.migrate });
  parts.onStop(() => sqlite.close());
  if (!roles.api && !roles.worker) return { stop: () => parts.stop() };
  const notifier = new SqliteNotifier({
    own: new InProcessNotifier(),
    path: config.sqlitePath,
    dataVersion: () => sqlite.dataVersion(),
  });
  parts.onStop(() => notifier.close());
  const clock = new StoreClock();
  const store = withLogging(sqlite, logger);
  const catalog = new Catalog(store.definitions);
  for (const deviation of await catalog.add(definitions)) warnOf(deviation, logger);
  const deps: Deps = { store, notifier, catalog, moment: () => clock.moment(config) };
  await expireDeadNeighbours(store.workers, ownIdentity(), deps.moment().nowMs, logger);
  const sweeper = new Sweeper(deps, config, logger);
  sweeper.begin();
  parts.onStop(() => sweeper.stop());
  const worker = roles.worker ? await startWorker(config, logger, deps, kinds, clock) : undefined;
  if (worker !== undefined) parts.onStop(() => worker.stop());
  const address = roles.api
    ? await listen(config, logger, worker === undefined ? deps : { ...deps, placement: worker }, parts)
    : undefined;
  return { ...(address !== undefined && { address }), stop: () => parts.stop() };
}

function warnOf({ loaded: { name, version }, stored }: Deviation, logger: Logger): void {
  const text =
    stored.version === version
      ? "the definition was changed under an unchanged version: new jobs run the changed one; raise its version"
      : "the store has a higher version of this definition: new jobs run that one";
  logger.warn({ workflow: name, version, storedVersion: stored.version }, text);
}

/** This process's clock, corrected to the store's at each heartbeat. */
class StoreClock {
  #offsetMs = 0;

  readonly correct = (offsetMs: number): void => {
    this.#offsetMs = offsetMs;
  };

  moment(limits: Config): Moment {
    return { nowMs: Date.now() + this.#offsetMs, random: Math.random(), limits };
  }
}

function httpKind(config: Config): HttpKind {
  return createHttpKind(
    {
      ...defaultHttpSettings,
      maxResponseBytes: config.maxResultBytes,
      maxConnectionsPerOrigin: config.httpMaxConnections,
      idempotencyHeader: config.idempotencyHeader,
      userAgent: config.httpUserAgent,
      acceptEncoding: config.httpAcceptEncoding,
      refusePrivate: config.httpRefusePrivate,
      redactHeaders: config.secretNames,
    },
    packageInfo().version,
  );
}

/** Definitions of all configured files. Throws `StartError` with every mistake in them. */
async function readDefinitions(config: Config, kinds: TaskKinds, logger: Logger): Promise<StoredDefinition[]> {
  if (config.workflowsPaths.length === 0) return [];
  const { loadDefinitions } = await import("./definitions/load.ts");
  const { formatProblems } = await import("./definitions/format-problems.ts");
  const loaded = await loadDefinitions(config.workflowsPaths, { kinds, envAllowed: envAllowList(config.envAllowed) });
  const errors = loaded.problems.filter((problem) => problem.severity === "error");
  if (errors.length > 0) throw new StartError(2, formatProblems(errors));
  for (const problem of loaded.problems) logger.warn(formatProblems([problem]));
  return loaded.definitions;
}

async function startWorker(
  config: Config,
  logger: Logger,
  deps: Deps,
  kinds: TaskKinds,
  clock: StoreClock,
): Promise<Worker & Placement> {
  const worker = new Worker({
    deps,
    settings: config,
    identity: ownIdentity(),
    run: attemptRunner(config, kinds, logger),
    log: logger,
    clockOffset: clock.correct,
  });
  await worker.begin();
  return worker;
}

function attemptRunner(config: Config, kinds: TaskKinds, logger: Logger): AttemptRunner {
  const envAllowed = envAllowList(config.envAllowed);
  const looksSecret = nameMatcher(config.secretNames);
  return async ({ workflow, job, node, execution, signal }) => {
    const kind = kinds.get(node.type);
    if (kind === undefined) {
      const error = { code: "unknown_task_type", message: `This worker has no task kind "${node.type}"` };
      return { kind: "failed", error, retryable: false };
    }
    const context = {
      signal,
      idempotencyKey: outwardIdempotencyKey(job.id, job.run, execution.path, execution.iteration),
      secrets: secretsOf(job, workflow, looksSecret),
    };
    const about = { job: job.id, workflow: workflow.name, task: node.name, attempt: execution.attempt };
    return runAttempt(kind, node, scopeOf(job, envAllowed, process.env), context, (error) =>
      logger.error({ ...about, err: error }, "unexpected error in an attempt"),
    );
  };
}

/** Starts the API; answers its URL. */
async function listen(config: Config, logger: Logger, deps: Deps, parts: Parts): Promise<string> {
  const { createApp } = await import("./api/app.ts");
  const settings = {
    ...defaultApiSettings,
    listenHost: config.listen.host,
    allowedHosts: config.allowedHosts,
    tokens: config.apiTokens,
    maxBodyBytes: config.maxInputBytes,
    maxInputDepth: config.maxInputDepth,
    maxInputValues: config.maxInputValues,
    secretNames: config.secretNames,
  };
  const app = createApp({ deps, settings, logger });
  parts.onStop(() => app.close());
  try {
    return await app.listen({ host: config.listen.host, port: config.listen.port });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartError(1, `Cannot listen on ${config.listen.written} (listen): ${reason}`);
  }
}
