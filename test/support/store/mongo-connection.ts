import type { Log } from "../../../src/model/log.ts";
import { connectMongo } from "../../../src/store/mongodb/connection/connect.ts";
import { openMongoStore } from "../../../src/store/mongodb/mongo-store.ts";
import type { Store } from "../../../src/store/store.ts";

const ignore = (): void => undefined;
const silent: Log = { info: ignore, warn: ignore, error: ignore };

/** A store on a connection of its own, made as the product makes it. */
export async function connectMongoStore(uri: string, database: string, migrate: boolean): Promise<Store> {
  const settings = { url: uri, database, tls: false, tlsSkipVerify: false, username: undefined, password: undefined };
  const { client } = await connectMongo(settings, silent);
  return openMongoStore({ client, database, migrate });
}
