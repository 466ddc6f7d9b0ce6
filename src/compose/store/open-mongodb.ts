import type { Logger } from "pino";
import type { Config } from "../../config/config.ts";
import { StartError } from "../../model/errors.ts";
import { busCollection } from "../../notifier/capped-collection/bus-collection.ts";
import { CappedCollectionNotifier } from "../../notifier/capped-collection.ts";
import { InProcessNotifier } from "../../notifier/in-process.ts";
import type { Notifier } from "../../notifier/notifier.ts";
import { connectMongo, type MongoConnection } from "../../store/mongodb/connection/connect.ts";
import { openMongoStore } from "../../store/mongodb/mongo-store.ts";
import type { OpenedStore } from "./opened-store.ts";
import { StartLimit } from "./start-limit.ts";

/** Whatever the servers do or do not answer, a start fails within this time; what they need to build indexes is not counted. */
const startWithinMs = 9500;

/** Indexes that are there, or of small collections, take less than this, and are not worth a line. */
const tellAfterMs = 1000;

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
  const { shown } = connection;
  const text = `${shown} is reached, but takes no writes: a majority of the replica set may be down or behind, or the server is locked (fsyncLock)`;
  const limit = new StartLimit(startWithinMs - (performance.now() - startedAt), () => new StartError(3, text));
  try {
    return await limit.inTime(withBus(connection, config, logger, migrate, limit));
  } catch (error) {
    void connection.client.close().catch(() => undefined); // a server that does not answer would be waited for
    throw connection.startErrorOf(error);
  }
}

async function toldOf(shown: string, log: Logger, build: () => Promise<void>): Promise<void> {
  const text =
    "MongoDB builds indexes; with large collections that takes minutes, and all voting members of the replica set must be up. The start goes on when they are built";
  const timer = setTimeout(() => log.info({ store: shown }, text), tellAfterMs);
  try {
    await build();
  } finally {
    clearTimeout(timer);
  }
}

async function withBus(
  { client, database: name, shown }: MongoConnection,
  { bus, busSizeBytes: sizeBytes, secretNames }: Config,
  log: Logger,
  migrate: boolean,
  limit: StartLimit,
): Promise<OpenedStore> {
  const store = await openMongoStore({
    client,
    database: name,
    migrate,
    building: (build) => limit.uncounted(() => toldOf(shown, log, build)),
    secretNames,
  });
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
