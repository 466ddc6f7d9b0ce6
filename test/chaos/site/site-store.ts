import { join } from "node:path";
import { freshDatabase } from "../../support/mongo/fresh-database.ts";
import { findMongod, NoMongod } from "../../support/mongo/program/find-mongod.ts";
import { type Mongod, startMongod } from "../../support/mongo/replica-set.ts";
import { announced } from "../../support/mongo/shared-server.ts";

/** What the processes of a site share: a file, a MongoDB of one member, or a replica set of three that can be harmed. */
export type StoreKind = "sqlite" | "mongodb" | "replica-set";

export interface SiteStore extends AsyncDisposable {
  /** Configuration by which the processes find it. */
  readonly config: { readonly [key: string]: unknown };
  /** Of a replica set. */
  readonly mongod?: Mongod;
}

/** Name of the database on a server that belongs to the site alone. */
export const databaseName = "chaos";

export async function openSiteStore(kind: StoreKind, folder: string): Promise<SiteStore> {
  if (kind === "sqlite")
    return { config: { sqlite_path: join(folder, "workflows.db") }, [Symbol.asyncDispose]: async () => undefined };
  if (kind === "mongodb" && announced() !== undefined) {
    const shared = freshDatabase();
    return { config: onMongo(shared.uri, shared.database), [Symbol.asyncDispose]: () => shared[Symbol.asyncDispose]() };
  }
  // Test commands are what can make hints vanish.
  const args = ["--setParameter", "enableTestCommands=1"];
  const mongod = await startMongod({ members: kind === "mongodb" ? 1 : 3, args });
  return {
    config: onMongo(mongod.uri, databaseName),
    ...(kind === "replica-set" && { mongod }),
    [Symbol.asyncDispose]: () => mongod.stop(),
  };
}

function onMongo(uri: string, database: string): SiteStore["config"] {
  return { "mongo-url": uri, "mongo-dbname": database };
}

/** Why such a store cannot be had on this machine; undefined where it can. */
export async function whyMissing(kind: StoreKind): Promise<string | undefined> {
  const server = announced();
  if (kind === "sqlite" || (kind === "mongodb" && server?.kind === "running")) return undefined;
  if (server?.kind === "missing") return server.reason;
  try {
    await findMongod();
    return undefined;
  } catch (error) {
    if (error instanceof NoMongod) return error.message;
    throw error;
  }
}
