import type { MongoClient } from "mongodb";
import type { Store } from "../store.ts";
import { collectionsOf } from "./collections.ts";
import { endTally } from "./counts/end-tally.ts";
import { definitionStore } from "./definition-store.ts";
import { housekeeping } from "./housekeeping.ts";
import { jobStore } from "./job-store.ts";
import { legacyJobs } from "./legacy/read-legacy-job.ts";
import { LivingWorkers } from "./living-workers.ts";
import { durable } from "./outcome/write-command.ts";
import { type Building, migrateSchema } from "./schema/migrate.ts";
import { jobSearch } from "./search/job-search.ts";
import { workerStore } from "./worker-store.ts";
import { WriteQueues } from "./write-queues.ts";

export interface MongoOptions {
  /** Connected, with `retryWrites: false`: the store retries by itself. `close` closes it. */
  readonly client: MongoClient;
  readonly database: string;
  /** Whether an older schema is brought to the newest version. */
  readonly migrate: boolean;
  /** Told when indexes are built, and has to do it: whoever bounds the time of opening must not count that. */
  readonly building?: Building;
  /** Of headers and inputs whose values are hidden in jobs of the original, which kept them in clear. */
  readonly secretNames?: readonly string[];
}

/** Opens a store in a database. Throws `StartError` (exit code 3) for a schema that it cannot work with, `StoreUnavailable` where it does not answer. */
export async function openMongoStore({
  client,
  database,
  migrate,
  building = (build) => build(),
  secretNames = [],
}: MongoOptions): Promise<Store> {
  const collections = collectionsOf(client.db(database, { writeConcern: durable, readPreference: "primary" }));
  await migrateSchema(collections, migrate, building);
  const queues = new WriteQueues(collections);
  const living = new LivingWorkers(collections);
  return {
    jobs: jobStore({ collections, queues, living, legacy: legacyJobs(collections.db, secretNames) }),
    search: jobSearch(collections),
    workers: workerStore(collections, living),
    definitions: definitionStore(collections),
    housekeeping: housekeeping(collections, queues),
    async close(): Promise<void> {
      await queues.close();
      await endTally(collections);
      await client.close();
    },
  };
}
