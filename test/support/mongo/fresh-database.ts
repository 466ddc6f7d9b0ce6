import { randomBytes } from "node:crypto";
import { MongoClient } from "mongodb";
import { sharedUri } from "./shared-server.ts";

/** A database of its own on the shared server, made with the first write; disposing of it removes it. */
export interface FreshDatabase extends AsyncDisposable {
  readonly uri: string;
  readonly database: string;
}

/** Throws where there is no shared server. */
export function freshDatabase(): FreshDatabase {
  const uri = sharedUri();
  const database = `workflows_test_${randomBytes(8).toString("hex")}`;
  return { uri, database, [Symbol.asyncDispose]: () => drop(uri, database) };
}

async function drop(uri: string, database: string): Promise<void> {
  const client = new MongoClient(uri);
  try {
    await client.db(database).dropDatabase();
  } finally {
    await client.close();
  }
}
