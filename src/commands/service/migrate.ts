import { createLogger } from "../../observability/logger.ts";
import { type Globals, loadFor } from "../globals.ts";
import { note, print, printJson } from "../terminal.ts";

/** Brings the store to the schema of this version. */
export async function migrate(globals: Globals): Promise<number> {
  const { config, warnings } = await loadFor(globals, false);
  for (const warning of warnings) note(`warning: ${warning}`);
  const logger = await createLogger({
    level: config.logLevel,
    format: globals.json === true ? "json" : config.logFormat,
    secretNames: config.secretNames,
    fd: 2,
  });
  const { compose } = await import("../../compose.ts");
  const running = await compose(config, logger, { api: false, worker: false, migrate: true });
  await running.stop();
  if (globals.json === true) printJson({ store: running.store, migrated: true });
  else print(`The store ${running.store} is up to date.`);
  return 0;
}
