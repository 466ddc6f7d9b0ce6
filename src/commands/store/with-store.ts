import { existsSync } from "node:fs";
import type { Logger } from "pino";
import type { OpenedStore } from "../../compose/store/opened-store.ts";
import type { Config } from "../../config/config.ts";
import { createLogger } from "../../observability/logger.ts";
import { ExitError } from "../exit-error.ts";
import { type Globals, loadFor } from "../globals.ts";
import { note } from "../terminal.ts";

export interface StoreInHand extends OpenedStore {
  readonly config: Config;
  readonly logger: Logger;
}

export interface StoreNeeds {
  /** Whether an embedded store is made where there is none: else a misspelt path would be an empty store. */
  readonly mayCreate?: boolean;
  /** Whether somebody waits for a short answer: only errors are logged, unless more is asked for than usual. */
  readonly quiet?: boolean;
}

/** Opens the configured store for one piece of work and closes it. The log goes to the standard error. Throws `StartError` (2, 3), `ExitError` (3). */
export async function withStore<T>(
  globals: Globals,
  work: (opened: StoreInHand) => Promise<T>,
  { mayCreate = false, quiet = false }: StoreNeeds = {},
): Promise<T> {
  const { config, warnings } = await loadFor(globals, false);
  for (const warning of warnings) note(`warning: ${warning}`);
  if (config.mongoUrl === undefined && !mayCreate && !existsSync(config.sqlitePath))
    throw new ExitError(3, `There is no store at ${config.sqlitePath} (sqlite_path): no process has made it yet`);
  const logger = await createLogger({
    level: quiet && (config.logLevel === "info" || config.logLevel === "warn") ? "error" : config.logLevel,
    format: globals.json === true ? "json" : config.logFormat,
    secretNames: config.secretNames,
    fd: 2,
  });
  const { openStore } = await import("../../compose/store/open-store.ts");
  const opened = await openStore(config, logger, globals.automigrate === true);
  try {
    return await work({ ...opened, config, logger });
  } finally {
    await opened.store.close();
  }
}
