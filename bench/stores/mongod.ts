import { hostname } from "node:os";
import { MongoClient } from "mongodb";
import { startMongod as startServer } from "../../test/support/mongo/replica-set.ts";

/** A MongoDB to measure on. */
export interface Mongod extends AsyncDisposable {
  readonly uri: string;
  /** Stays open: watches the server as seldom as the driver allows, so that what the server counts is the product's. */
  readonly client: MongoClient;
  /** Of the server that takes writes; undefined where it is another machine's. */
  readonly pid: number | undefined;
}

/** The one at MONGODB_URI, or a journaled replica set of one member of its own. */
export async function openMongod(): Promise<Mongod> {
  await using started = new AsyncDisposableStack();
  const uri = process.env["MONGODB_URI"] ?? started.use(await startServer()).uri;
  const client = new MongoClient(uri, { heartbeatFrequencyMS: 600_000, serverMonitoringMode: "poll" });
  started.defer(() => client.close());
  const { pid, host } = await client.db("admin").command({ serverStatus: 1 });
  const kept = started.move();
  return {
    uri,
    client,
    pid: isOurs(String(host)) ? Number(pid) : undefined,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

function isOurs(hostAndPort: string): boolean {
  return hostAndPort.split(":")[0] === hostname();
}
