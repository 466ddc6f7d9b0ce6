import type { Logger } from "pino";
import { defaultApiSettings } from "./api/settings.ts";
import { attemptRunner } from "./compose/attempts.ts";
import { closeApi } from "./compose/close-api.ts";
import { compileOptionsOf, readDefinitions, warnOf } from "./compose/definitions.ts";
import { packageInfo } from "./compose/package-info.ts";
import { Parts } from "./compose/parts.ts";
import { secretsOfProcess } from "./compose/secrets.ts";
import { openStore } from "./compose/store/open-store.ts";
import { takesOf, warnOfUnknown } from "./compose/takes.ts";
import { type ConfiguredKinds, configuredKinds } from "./compose/task-kinds.ts";
import type { Config } from "./config/config.ts";
import type { CompileOptions } from "./definitions/task-checks.ts";
import { Catalog } from "./jobs/catalog.ts";
import { DefinitionWatch } from "./jobs/definitions/watch.ts";
import type { Deps } from "./jobs/deps.ts";
import { Delivery } from "./jobs/effects/delivery.ts";
import { FleetPlacement, firstOf } from "./jobs/placement/fleet-placement.ts";
import type { Placement } from "./jobs/placement/placement.ts";
import { LastBeats } from "./jobs/site/last-beats.ts";
import { StoreClock } from "./jobs/store-clock.ts";
import { OwnChanges } from "./jobs/watch/own-changes.ts";
import { WatchedElsewhere } from "./jobs/watch/watched-elsewhere.ts";
import { expireDeadNeighbours } from "./maintenance/neighbours.ts";
import { Sweeper } from "./maintenance/sweeper.ts";
import type { Moment } from "./model/decision/moment.ts";
import { StartError } from "./model/errors.ts";
import type { Takes } from "./model/takes.ts";
import { withLogging } from "./observability/logged-store.ts";
import { ownIdentity } from "./processes/identity.ts";
import { endLeftGroup } from "./processes/left-group.ts";
import type { TaskKind } from "./tasks/kind.ts";
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
  /** The store, for people: a file, or hosts and database. */
  readonly store: string;
  /** Ends every part, in an order in which none misses another: takes nothing more, lets attempts finish, closes the store. */
  stop(): Promise<void>;
}

/** Joins the parts of one process and starts them. `more`: kinds of tasks beside the product's own. Throws `StartError`; then nothing is left running. */
export async function compose(
  config: Config,
  logger: Logger,
  roles: Roles,
  more: readonly TaskKind[] = [],
): Promise<Running> {
  const parts = new Parts();
  try {
    return await start(config, logger, roles, parts, more);
  } catch (error) {
    await parts.stop();
    throw error;
  }
}

async function start(
  config: Config,
  logger: Logger,
  roles: Roles,
  parts: Parts,
  more: readonly TaskKind[],
): Promise<Running> {
  const configured = configuredKinds(config, more);
  parts.onStop(() => configured.close());
  const definitions = roles.api || roles.worker ? await readDefinitions(config, configured.kinds, logger) : [];
  const opened = await openStore(config, logger, roles.migrate);
  parts.onStop(() => opened.store.close());
  const running = { store: opened.shown, stop: () => parts.stop() };
  if (!roles.api && !roles.worker) return running;
  const notifier = opened.openNotifier();
  parts.onStop(() => notifier.close());
  const store = withLogging(opened.store, logger);
  const clock = await StoreClock.startedFrom(store.housekeeping);
  const catalog = new Catalog(store.definitions);
  for (const deviation of await catalog.add(definitions)) warnOf(deviation, logger);
  const watch = new DefinitionWatch(catalog, notifier, logger);
  parts.onStop(() => watch.stop());
  const secrets = secretsOfProcess(config);
  const moment = (): Moment => ({ nowMs: clock.nowMs, random: Math.random(), limits: config, secrets });
  const ephemeral = { keep: config.keepEphemeral, idempotencyWindowMs: config.idempotencyWindowMs };
  const changes = new OwnChanges();
  const watchedElsewhere = new WatchedElsewhere(notifier, changes);
  parts.onStop(async () => watchedElsewhere.stop());
  const delivery = new Delivery({ store, notifier, catalog, moment, ephemeral, changes }, logger);
  const { deps } = delivery;
  parts.onStop(() => delivery.settled());
  await expireDeadNeighbours(store.workers, ownIdentity(), deps.moment().nowMs, logger);
  const fleet = opened.fleet && roles.api ? new FleetPlacement(notifier) : undefined;
  const beats = new LastBeats();
  const sweeper = new Sweeper(deps, config, logger, {
    ...(!roles.worker && { clock }),
    ...(roles.api && {
      onWorkers: (rows) => {
        fleet?.sees(rows);
        beats.sees(rows);
      },
    }),
  });
  sweeper.begin();
  parts.onStop(() => sweeper.stop());
  if (roles.worker) warnOfUnknown(config, catalog, logger);
  const worker = roles.worker
    ? await startWorker(config, logger, deps, configured, clock, takesOf(config, roles.api))
    : undefined;
  if (worker !== undefined) parts.onStop(() => worker.stop());
  const address = roles.api
    ? await listen(
        config,
        logger,
        { ...deps, placement: firstOf(...present(worker, fleet)) },
        compileOptionsOf(config, configured.kinds),
        beats,
        parts,
      )
    : undefined;
  return { ...running, ...(address !== undefined && { address }) };
}

function present(...placements: readonly (Placement | undefined)[]): Placement[] {
  return placements.filter((placement) => placement !== undefined);
}

async function startWorker(
  config: Config,
  logger: Logger,
  deps: Deps,
  configured: ConfiguredKinds,
  clock: StoreClock,
  takes: Takes,
): Promise<Worker & Placement> {
  configured.prepare(logger);
  const worker = new Worker({
    deps,
    settings: { ...config, takes },
    identity: ownIdentity(),
    run: attemptRunner(config, configured.kinds, logger),
    log: logger,
    endLeftGroup: (group) => endLeftGroup(group, config.mongoUrl === undefined),
    clock: clock.correct,
  });
  await worker.begin();
  return worker;
}

/** Starts the API; answers its URL. */
async function listen(
  config: Config,
  logger: Logger,
  deps: Deps,
  compileOptions: CompileOptions,
  beats: LastBeats,
  parts: Parts,
): Promise<string> {
  const { createApp } = await import("./api/app.ts");
  const settings = {
    ...defaultApiSettings,
    listenHost: config.listen.host,
    allowedHosts: config.allowedHosts,
    allowedOrigins: config.allowedOrigins,
    tokens: config.apiTokens,
    maxBodyBytes: config.maxInputBytes,
    maxBatchBytes: config.maxBatchBytes,
    maxInputDepth: config.maxInputDepth,
    maxInputValues: config.maxInputValues,
    secretNames: config.secretNames,
    idempotencyWindowMs: config.idempotencyWindowMs,
    maxWatchers: config.maxWatchers,
  };
  const app = createApp({ deps, settings, logger, compileOptions, beats, version: packageInfo().version });
  parts.onStop(() => closeApi(app, config.graceMs));
  try {
    return await app.listen({ host: config.listen.host, port: config.listen.port });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartError(1, `Cannot listen on ${config.listen.written} (listen): ${reason}`);
  }
}
