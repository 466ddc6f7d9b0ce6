import type { Logger } from "pino";
import { packageInfo } from "../../compose/package-info.ts";
import type { Running } from "../../compose.ts";
import type { Config } from "../../config/config.ts";
import { createLogger, flushed } from "../../observability/logger.ts";
import { failureOf } from "../failure.ts";
import { type Globals, loadFor, type TakesOptions } from "../globals.ts";
import { collectRarely } from "./collections.ts";
import { stopSignal } from "./stop-signals.ts";

export interface Service {
  readonly name: "standalone" | "server" | "worker";
  readonly roles: { readonly api: boolean; readonly worker: boolean; readonly migrate: boolean };
  /** Of its worker, as flags say. */
  readonly takes?: TakesOptions;
  /** Changes what the configuration says. */
  readonly adapt?: (config: Config) => Config;
  /** Once it is ready. */
  readonly onReady?: (running: Running) => void;
}

/** Beyond the grace, a part that does not end is not waited for: what it holds is rescued by others. */
export const stopMarginMs = 15_000;

/** Runs the parts of this process until it is told to stop, lets running tasks end, and exits. */
export async function runService(globals: Globals, service: Service): Promise<number> {
  const stop = stopSignal();
  collectRarely();
  const loaded = await loadFor(globals, service.roles.api, service.takes);
  const config = service.adapt?.(loaded.config) ?? loaded.config;
  const logger = await createLogger({
    level: config.logLevel,
    format: globals.json === true ? "json" : config.logFormat,
    secretNames: config.secretNames,
  });
  exitOnBugs(logger);
  for (const warning of loaded.warnings) logger.warn(warning);
  const { compose } = await import("../../compose.ts");
  const running = await compose(config, logger, service.roles);
  const { version } = packageInfo();
  const { name } = service;
  logger.info({ service: name, address: running.address, store: running.store, version }, "ready");
  service.onReady?.(running);
  logger.info({ signal: await stop, graceMs: config.graceMs }, "stopping");
  const exitCode = await stopped(running, logger, config.graceMs);
  await flushed(logger);
  return exitCode;
}

async function stopped(running: Running, logger: Logger, graceMs: number): Promise<number> {
  const tooLate = setTimeout(() => {
    logger.error("some part did not stop in time: exiting without it");
    process.exit(1);
  }, graceMs + stopMarginMs);
  try {
    await running.stop();
    logger.info("stopped");
    return 0;
  } catch (error) {
    logger.error({ err: error }, "could not stop cleanly");
    return failureOf(error).exitCode;
  } finally {
    clearTimeout(tooLate);
  }
}

/** After an error that nobody handled, memory cannot be trusted. The store can: what this process held is rescued. */
function exitOnBugs(logger: Logger): void {
  process.once("uncaughtException", (error) => {
    logger.fatal({ err: error }, "unexpected error: exiting");
    process.exit(1);
  });
}
