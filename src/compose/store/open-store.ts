import type { Logger } from "pino";
import type { Config } from "../../config/config.ts";
import type { OpenedStore } from "./opened-store.ts";

/** Opens the store that the configuration names; only its own adapter is loaded. Throws `StartError` (exit code 3). */
export async function openStore(config: Config, logger: Logger, migrate: boolean): Promise<OpenedStore> {
  if (config.mongoUrl === undefined) return (await import("./open-sqlite.ts")).openSqlite(config, migrate);
  return (await import("./open-mongodb.ts")).openMongodb(config, config.mongoUrl, logger, migrate);
}
