import { DatabaseSync } from "node:sqlite";
import { MongoClient } from "mongodb";
import type { StorePlace } from "../../../support/store/store-place.ts";

/** What a store holds, seen through a connection of its own. */
export interface StoreContent extends AsyncDisposable {
  /** Another one after every write that changed anything, whoever made it. */
  version(): Promise<number | string>;
  jobCount(): Promise<number>;
}

export function storeContent(place: StorePlace): StoreContent {
  return place.kind === "sqlite" ? fileContent(place.path) : databaseContent(place.uri, place.database);
}

function fileContent(path: string): StoreContent {
  const database = new DatabaseSync(path, { readOnly: true });
  const number = (sql: string, column: string): number => Number(database.prepare(sql).get()?.[column]);
  return {
    version: () => Promise.resolve(number("PRAGMA data_version", "data_version")),
    jobCount: () => Promise.resolve(number("SELECT count(*) AS jobs FROM jobs", "jobs")),
    [Symbol.asyncDispose]: () => Promise.resolve(database.close()),
  };
}

function databaseContent(uri: string, name: string): StoreContent {
  const client = new MongoClient(uri);
  const database = client.db(name);
  return {
    version: async () => {
      const { collections } = await database.command({ dbHash: 1 });
      const { job_counts: _late, ...others } = collections as Record<string, unknown>; // written a moment after what it counts
      return JSON.stringify(others);
    },
    jobCount: () => database.collection("jobs_status").countDocuments(),
    [Symbol.asyncDispose]: () => client.close(),
  };
}
