import type { Config } from "../../config/config.ts";
import { InProcessNotifier } from "../../notifier/in-process.ts";
import { SqliteNotifier } from "../../notifier/sqlite.ts";
import { openSqliteStore } from "../../store/sqlite/sqlite-store.ts";
import type { OpenedStore } from "./opened-store.ts";

/** The embedded store in its file. */
export async function openSqlite({ sqlitePath: path }: Config, migrate: boolean): Promise<OpenedStore> {
  const store = await openSqliteStore({ path, migrate });
  const dataVersion = (): Promise<number> => store.dataVersion();
  return {
    store,
    shown: path,
    fleet: false,
    openNotifier: () => new SqliteNotifier({ own: new InProcessNotifier(), path, dataVersion }),
  };
}
