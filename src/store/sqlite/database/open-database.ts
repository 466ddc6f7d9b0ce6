import { openingMs, retryWhileBusy } from "./busy-retry.ts";
import { Database } from "./database.ts";
import { migrateSchema, refuseForeignFile } from "./migrate.ts";
import { migrations } from "./schema.ts";
import { transaction } from "./transaction.ts";

/** Opens the file for the store: durable at each commit, its schema the newest. Throws `StartError` and errors of SQLite. */
export async function openDatabase(path: string, migrate: boolean): Promise<Database> {
  const database = new Database(path);
  try {
    await retryWhileBusy(() => refuseForeignFile(database, path), openingMs);
    await retryWhileBusy(() => useJournal(database), openingMs);
    const bringUp = (): void => transaction(database, () => migrateSchema(database, path, migrations, migrate));
    await retryWhileBusy(bringUp, openingMs);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Write-ahead log: readers and the writer do not wait for each other, and a commit is one append and one fsync. */
function useJournal(database: Database): void {
  const mode = database.prepare("PRAGMA journal_mode = WAL").get<[string]>()?.[0];
  if (mode !== "wal") throw new Error(`The file system does not allow a write-ahead log (journal mode stays ${mode})`);
  database.exec(`PRAGMA synchronous = FULL;
    PRAGMA wal_autocheckpoint = 0;
    PRAGMA journal_size_limit = 67108864;
    PRAGMA cache_size = -16384;
    PRAGMA temp_store = MEMORY;
    PRAGMA trusted_schema = OFF`);
}
