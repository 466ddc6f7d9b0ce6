import { join } from "node:path";
import { type Mongod, startMongod } from "../../support/mongo/replica-set.ts";

/** Which store the processes of a site share. */
export type SiteStoreChoice = "sqlite" | { readonly mongoMembers: 1 | 3 };

export interface SiteStore extends AsyncDisposable {
  /** Configuration by which the processes find it. */
  readonly config: { readonly [key: string]: unknown };
  readonly mongo?: Mongod;
}

/** Name of the database on MongoDB. */
export const databaseName = "chaos";

export async function openSiteStore(choice: SiteStoreChoice, folder: string): Promise<SiteStore> {
  if (choice === "sqlite")
    return {
      config: { sqlite_path: join(folder, "workflows.db") },
      [Symbol.asyncDispose]: async () => undefined,
    };
  // Test commands are what can make hints vanish.
  const mongo = await startMongod({ members: choice.mongoMembers, args: ["--setParameter", "enableTestCommands=1"] });
  return {
    config: { "mongo-url": mongo.uri, "mongo-dbname": databaseName },
    mongo,
    [Symbol.asyncDispose]: () => mongo[Symbol.asyncDispose](),
  };
}
