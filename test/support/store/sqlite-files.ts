import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSqliteStore, type SqliteStore } from "../../../src/store/sqlite/sqlite-store.ts";
import { onTestFinished } from "../on-test-finished.ts";

/** A path in a folder of its own that is removed when the test is over. */
export async function temporaryPath(parent: string = tmpdir()): Promise<string> {
  const folder = await mkdtemp(join(parent, "workflows-store-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return join(folder, "workflows.db");
}

/** A connection that is closed when the test is over. */
export async function connect(path: string, migrate = false): Promise<SqliteStore> {
  const store = await openSqliteStore({ path, migrate });
  onTestFinished(() => store.close());
  return store;
}
