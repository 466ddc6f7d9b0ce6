import { MongoClient, type MongoClientOptions } from "mongodb";
import { isJobId } from "../../../model/ids.ts";
import type { ForeignDatabase, ForeignJob } from "../../foreign.ts";
import { readAddress } from "../connection/address.ts";
import { startErrorOf } from "../connection/start-error.ts";
import { fieldsOf, textOf } from "./fields.ts";
import { legacyDefinition } from "./legacy-definition.ts";
import { legacyCollections, legacyJob, loginMatcher } from "./read-legacy-job.ts";

export interface LegacySource {
  /** `mongodb://` or `mongodb+srv://`, with whatever options it has. */
  readonly url: string;
  /** Wins over the one in the path of `url`. */
  readonly database: string | undefined;
  /** What people call the address, for messages: an option, a variable. */
  readonly calledAs: string;
  /** Of headers and inputs whose values are hidden in results, beside those that carry logins anyhow. */
  readonly secretNames: readonly string[];
}

/** Documents that one answer of the server brings at most; they may be large. */
const batchSize = 50;

/** Members that serve others are spared, and what has not reached them yet, the next import finds. */
const unlessInAddress = {
  appName: "workflows-import",
  readPreference: "secondaryPreferred",
  serverSelectionTimeoutMS: 5_000,
  connectTimeoutMS: 5_000,
} as const satisfies MongoClientOptions;

/**
 * Opens the database of a Mender service to read from it, whatever version wrote it: by the commands `find` and `count` alone, so that the right to
 * read is enough. Throws `StartError` (3), which names the host, the reason and what to do; never the password.
 */
export async function openLegacyDatabase(source: LegacySource): Promise<ForeignDatabase> {
  const { url, database, calledAs, secretNames } = source;
  const settings = { url, database, tls: false, tlsSkipVerify: false, username: undefined, password: undefined };
  const address = readAddress(settings);
  const explained = (error: unknown): unknown => startErrorOf(error, { ...settings, calledAs }, address);
  let client: MongoClient | undefined;
  try {
    const ours = Object.fromEntries(Object.entries(unlessInAddress).filter(([option]) => !address.has(option)));
    client = new MongoClient(url, ours);
    await client.connect();
    await client
      .db(address.database)
      .collection("workflows")
      .findOne({}, { projection: { _id: 1 } });
  } catch (error) {
    void client?.close().catch(() => undefined); // a server that does not answer would be waited for
    throw explained(error);
  }
  const db = client.db(address.database);
  const looksSecret = loginMatcher(secretNames);

  /** Ours have a format, messages on a bus no status. */
  const isJob = { format: { $exists: false }, workflow_name: { $exists: true }, status: { $exists: true } } as const;

  async function* found(collection: string, filter: object): AsyncGenerator<Record<string, unknown>> {
    try {
      yield* db.collection(collection).find(filter, { sort: { _id: 1 }, batchSize });
    } catch (error) {
      throw explained(error);
    }
  }

  return {
    shown: `mongodb://${address.hosts}/${address.database}`,
    async countJobs(): Promise<number> {
      try {
        const counts = legacyCollections.map((name) => db.collection(name).estimatedDocumentCount());
        return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
      } catch (error) {
        throw explained(error);
      }
    },
    async *jobs() {
      for (const name of legacyCollections)
        for await (const document of found(name, isJob)) yield foreignJob(document, looksSecret);
    },
    async *definitions() {
      for await (const document of found("workflows", {}))
        yield { place: `workflows, _id ${textOf(document["_id"])}`, source: legacyDefinition(document) };
    },
    close: () => client.close(),
  };
}

function foreignJob(document: Record<string, unknown>, looksSecret: (name: string) => boolean): ForeignJob {
  const id = textOf(document["_id"]).replaceAll('"', "");
  if (!isJobId(id)) return { kind: "unreadable", id, reason: "its id is not 24 hex digits in lower case" };
  const job = legacyJob(id, fieldsOf(document) ?? {}, looksSecret);
  if (job !== undefined) return { kind: "job", job };
  return { kind: "unreadable", id, reason: `its status ${textOf(document["status"])} is not one of the original` };
}
