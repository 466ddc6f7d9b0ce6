import { MongoClient } from "mongodb";
import { openMongoStore } from "../../../src/store/mongodb/mongo-store.ts";
import type { Store } from "../../../src/store/store.ts";

/** A store on a client of its own, set up as the product sets up its own. */
export async function connectMongoStore(uri: string, database: string, migrate: boolean): Promise<Store> {
  const client = new MongoClient(uri, {
    retryWrites: false,
    connectTimeoutMS: 2_000,
    heartbeatFrequencyMS: 2_000,
    serverSelectionTimeoutMS: 5_000,
    serverMonitoringMode: "poll",
  });
  return openMongoStore({ client: await client.connect(), database, migrate });
}
