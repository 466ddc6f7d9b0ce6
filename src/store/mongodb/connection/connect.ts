import type { MongoClient } from "mongodb";
import { StartError } from "../../../model/errors.ts";
import type { Log } from "../../../model/log.ts";
import { type Address, readAddress } from "./address.ts";
import { createClient } from "./client.ts";
import type { MongoSettings } from "./settings.ts";
import { StartTimeout, startErrorOf } from "./start-error.ts";
import { examine, type Topology } from "./topology.ts";

export interface MongoConnection {
  readonly client: MongoClient;
  readonly database: string;
  readonly topology: Topology;
  /** For people: `mongodb://HOSTS/DATABASE`, without user and password. */
  readonly shown: string;
  /** What an error of the first operations means, in one line. */
  startErrorOf(error: unknown): unknown;
}

/** DNS, all servers of the address and a login: whatever is slow, a start fails within 10 s. */
const withinMs = 8_000;

/** Connects, logs in and looks what is there. Throws `StartError` (exit code 3), which names the host, the reason and what to do; never the password. */
export async function connectMongo(settings: MongoSettings, log: Log): Promise<MongoConnection> {
  const address = readAddress(settings);
  if (settings.url.split("?", 1).join("").split("@").length > 2)
    throw new StartError(
      3,
      `MongoDB at ${address.hosts}: mongo-url has more than one @ before its options; in a user or a password, they must be percent-encoded: @ is %40, : %3A, / %2F, % %25 (or use mongo_username and mongo_password, as they are)`,
    );
  const explained = (error: unknown): unknown => startErrorOf(error, settings, address);
  let client: MongoClient | undefined;
  try {
    client = createClient(settings, address);
    const topology = await inTime(firstLook(client, address, log));
    if (settings.tlsSkipVerify)
      log.warn({ hosts: address.hosts }, "mongo_ssl_skipverify: any certificate of MongoDB is trusted");
    const shown = `mongodb://${address.hosts}/${address.database}`;
    return { client, database: address.database, topology, shown, startErrorOf: explained };
  } catch (error) {
    void client?.close().catch(() => undefined); // a server that does not answer would be waited for
    throw explained(error);
  }
}

async function firstLook(client: MongoClient, address: Address, log: Log): Promise<Topology> {
  await client.connect();
  // The first operation that needs a right, so that a login that lacks it is told of in words.
  await client
    .db(address.database)
    .collection("jobs_status")
    .findOne({}, { projection: { _id: 1 } });
  return examine(client, address, log);
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new StartTimeout(withinMs)), withinMs);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
