import { join } from "node:path";
import { openSqliteStore } from "../../../src/store/sqlite/sqlite-store.ts";
import type { Store } from "../../../src/store/store.ts";
import { freshDatabase } from "../mongo/fresh-database.ts";
import { announced } from "../mongo/shared-server.ts";
import { tempFolder } from "../temp-folder.ts";
import { connectMongoStore } from "./mongo-connection.ts";

/** Where a store has its data. Plain data, which can be handed to another process. */
export type StorePlace =
  | { readonly kind: "sqlite"; readonly path: string }
  | { readonly kind: "mongodb"; readonly uri: string; readonly database: string };

/** Disposing of it removes the data. */
export type FreshPlace = StorePlace & AsyncDisposable;

/** Kind of the store under test: `TEST_STORE`, which the projects of vitest.config.ts set; default: SQLite. */
export function kindUnderTest(): StorePlace["kind"] {
  const kind = process.env["TEST_STORE"] ?? "sqlite";
  if (kind === "sqlite" || kind === "mongodb") return kind;
  throw new Error(`TEST_STORE must be sqlite or mongodb, not ${kind}`);
}

/** There is no server for the store under test: its tests are skipped, and what is set up before them cannot be. */
export function storeIsMissing(): boolean {
  return kindUnderTest() === "mongodb" && announced()?.kind === "missing";
}

/** An empty place for the store under test. */
export async function freshPlace(): Promise<FreshPlace> {
  if (kindUnderTest() === "mongodb") return { kind: "mongodb", ...freshDatabase() };
  const folder = await tempFolder();
  const remove = async (): Promise<void> => folder[Symbol.asyncDispose]();
  return { kind: "sqlite", path: join(folder.path, "workflows.db"), [Symbol.asyncDispose]: remove };
}

/** Opens the store there and, unless told otherwise, creates or migrates it. */
export function openStoreAt(place: StorePlace, migrate = true): Promise<Store> {
  switch (place.kind) {
    case "sqlite":
      return openSqliteStore({ path: place.path, migrate });
    case "mongodb":
      return connectMongoStore(place.uri, place.database, migrate);
    default:
      return place satisfies never;
  }
}

/** The settings of a configuration file with which the product uses that store. */
export function settingsOf(place: StorePlace): Readonly<Record<string, string>> {
  switch (place.kind) {
    case "sqlite":
      return { sqlite_path: place.path };
    case "mongodb":
      return { "mongo-url": place.uri, "mongo-dbname": place.database };
    default:
      return place satisfies never;
  }
}

/** The same as environment variables. */
export function environmentOf(place: StorePlace): Readonly<Record<string, string>> {
  const names = Object.entries(settingsOf(place)).map(([name, value]) => [
    `WORKFLOWS_${name.toUpperCase().replaceAll("-", "_")}`,
    value,
  ]);
  return Object.fromEntries(names) as Record<string, string>;
}
