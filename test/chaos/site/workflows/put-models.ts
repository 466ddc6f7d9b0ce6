import { openSqliteStore } from "../../../../src/store/sqlite/sqlite-store.ts";
import type { Store } from "../../../../src/store/store.ts";
import { connectMongoStore } from "../../../support/store/mongo-connection.ts";
import type { SiteStore } from "../site-store.ts";
import type { ChaosWorkflow } from "./chaos-workflow.ts";

/** Has the store know them before any process does; makes the store. */
export async function putModels({ models }: ChaosWorkflow, config: SiteStore["config"]): Promise<void> {
  if (models.length === 0) return;
  const store = await openAt(config);
  await store.definitions.put(models.map((workflow) => ({ workflow, source: {} })));
  await store.close();
}

function openAt(config: SiteStore["config"]): Promise<Store> {
  const { sqlite_path: path, "mongo-url": uri, "mongo-dbname": database } = config;
  if (typeof path === "string") return openSqliteStore({ path, migrate: true });
  return connectMongoStore(String(uri), String(database), true);
}
