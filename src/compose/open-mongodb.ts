import type { Logger } from "pino";
import type { Config } from "../config/config.ts";
import { busCollection } from "../notifier/capped-collection/bus-collection.ts";
import { CappedCollectionNotifier } from "../notifier/capped-collection.ts";
import { InProcessNotifier } from "../notifier/in-process.ts";
import type { Notifier } from "../notifier/notifier.ts";
import { connectMongo, type MongoConnection } from "../store/mongodb/connection/connect.ts";
import { openMongoStore } from "../store/mongodb/mongo-store.ts";
import type { OpenedStore } from "./opened-store.ts";

/** The store of a fleet, with the collection of hints beside it unless the bus is off. */
export async function openMongodb(config: Config, url: string, logger: Logger, migrate: boolean): Promise<OpenedStore> {
  const connection = await connectMongo(
    {
      url,
      database: config.mongoDbname,
      tls: config.mongoSsl,
      tlsSkipVerify: config.mongoSslSkipverify,
      username: config.mongoUsername,
      password: config.mongoPassword,
    },
    logger,
  );
  try {
    return await withBus(connection, config, logger, migrate);
  } catch (error) {
    await connection.client.close();
    throw connection.startErrorOf(error);
  }
}

async function withBus(
  { client, database: name, shown }: MongoConnection,
  { bus, busSizeBytes: sizeBytes, secretNames }: Config,
  log: Logger,
  migrate: boolean,
): Promise<OpenedStore> {
  const store = await openMongoStore({ client, database: name, migrate, secretNames });
  const database = client.db(name);
  const collection = bus ? await busCollection(database, { sizeBytes }) : undefined;
  return {
    store,
    shown,
    fleet: bus,
    openNotifier(): Notifier {
      const own = new InProcessNotifier();
      if (collection === undefined) return own;
      const notifier = new CappedCollectionNotifier({ own, database, collection, log, sizeBytes });
      notifier.begin();
      return notifier;
    },
  };
}
