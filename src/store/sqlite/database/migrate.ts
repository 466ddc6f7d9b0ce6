import { StartError } from "../../../model/errors.ts";
import type { Database } from "./database.ts";
import { applicationId, type Migration } from "./schema.ts";

/**
 * Brings the file to the newest of `steps` in one transaction that the caller has begun (immediate), so that of two
 * processes that come first, one does it and the other finds it done.
 * Throws `StartError` for files that are not ours, too new, or older while `allowed` is false.
 */
export function migrateSchema(database: Database, path: string, steps: readonly Migration[], allowed: boolean): void {
  const newest = steps.at(-1)?.version ?? 0;
  const found = schemaOf(database, path);
  if (found.readableFrom > newest)
    throw new StartError(
      3,
      `${path} has schema version ${found.version}, which needs a program that knows version ${found.readableFrom}; this one knows ${newest}. Install a newer release.`,
    );
  if (found.version >= newest) return;
  if (found.version > 0 && !allowed)
    throw new StartError(
      3,
      `${path} has schema version ${found.version}, this program needs ${newest}. Run "workflows migrate" once, or start with --automigrate.`,
    );
  for (const step of steps) if (step.version > found.version) database.exec(step.sql);
  const readableFrom = steps.at(-1)?.readableFrom ?? newest;
  database.prepare("INSERT OR REPLACE INTO meta (name, value) VALUES ('version', ?)").run(newest);
  database.prepare("INSERT OR REPLACE INTO meta (name, value) VALUES ('readableFrom', ?)").run(readableFrom);
}

interface SchemaVersion {
  readonly version: number;
  readonly readableFrom: number;
}

/** An empty file gets its `meta` and counts as version 0. */
function schemaOf(database: Database, path: string): SchemaVersion {
  if (refuseForeignFile(database, path) === "ours")
    return { version: meta(database, "version"), readableFrom: meta(database, "readableFrom") };
  database.exec(`PRAGMA application_id = ${applicationId};
    CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID`);
  return { version: 0, readableFrom: 0 };
}

/** Throws `StartError` for a database that another program made; writes nothing. */
export function refuseForeignFile(database: Database, path: string): "ours" | "empty" {
  const [application] = database.prepare("PRAGMA application_id").get<[number]>() ?? [0];
  if (application === applicationId) return "ours";
  const [tables] = database.prepare("SELECT count(*) FROM sqlite_schema").get<[number]>() ?? [0];
  if (application === 0 && tables === 0) return "empty";
  throw new StartError(3, `${path} is a database of another program. Give the store a file of its own.`);
}

function meta(database: Database, name: string): number {
  const row = database.prepare("SELECT value FROM meta WHERE name = ?").get<[number]>(name);
  return row?.[0] ?? 0;
}
