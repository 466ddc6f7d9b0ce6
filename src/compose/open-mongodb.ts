import type { Logger } from "pino";
import type { Config } from "../config/config.ts";
import { StartError } from "../model/errors.ts";
import { busCollection } from "../notifier/capped-collection/bus-collection.ts";
import { CappedCollectionNotifier } from "../notifier/capped-collection.ts";
import { InProcessNotifier } from "../notifier/in-process.ts";
import type { Notifier } from "../notifier/notifier.ts";
import { connectMongo, type MongoConnection } from "../store/mongodb/connection/connect.ts";
import { openMongoStore } from "../store/mongodb/mongo-store.ts";
import type { OpenedStore } from "./opened-store.ts";

/** Whatever the servers do or do not answer, a start fails within this time. */
const startWithinMs = 9500;

/** The store of a fleet, with the collection of hints beside it unless the bus is off. */
export async function openMongodb(config: Config, url: string, logger: Logger, migrate: boolean): Promise<OpenedStore> {
  const startedAt = performance.now();
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
    return await inTime(
      withBus(connection, config, logger, migrate),
      startWithinMs - (performance.now() - startedAt),
      connection,
    );
  } catch (error) {
    void connection.client.close().catch(() => undefined); // a server that does not answer would be waited for
    throw connection.startErrorOf(error);
  }
}

async function inTime<T>(opening: Promise<T>, withinMs: number, { shown }: MongoConnection): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const text = `${shown} is reached, but takes no writes: a majority of the replica set may be down or behind, or the server is locked (fsyncLock)`;
  const timer = setTimeout(() => reject(new StartError(3, text)), Math.max(1, withinMs));
  try {
    return await Promise.race([opening, promise]);
  } finally {
    clearTimeout(timer);
    opening.catch(() => undefined); // told already
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
