import { join } from "node:path";
import { type Collection, MongoClient, type ObjectId } from "mongodb";
import { onTestFinished } from "vitest";
import type { Store } from "../../../src/store/store.ts";
import { freshDatabase } from "../../support/mongo/fresh-database.ts";
import { environmentOf, openStoreAt, type StorePlace } from "../../support/store/store-place.ts";
import { tempFolder } from "../../support/temp-folder.ts";
import { command, type Ended } from "../commands/command.ts";

/** A document that the original left. */
export interface Left {
  readonly _id: string | ObjectId;
  readonly [field: string]: unknown;
}

/** A database of the original. */
export interface Source {
  collection(name: string): Collection<Left>;
  /** With the name of the database in its path. */
  readonly url: string;
  /** Everything in it. */
  content(): Promise<Readonly<Record<string, unknown>>>;
}

/** An empty one on the shared server. */
export async function source(): Promise<Source> {
  const { uri, database } = finished(freshDatabase());
  const client = new MongoClient(uri);
  onTestFinished(() => client.close());
  const db = client.db(database);
  const url = new URL(uri);
  url.pathname = `/${database}`;
  return {
    collection: (name) => db.collection<Left>(name),
    url: url.href,
    async content() {
      const collections = await db.listCollections().toArray();
      const pairs = collections.map(async ({ name }) => {
        const about = [
          await db.collection(name).find().sort({ _id: 1 }).toArray(),
          await db.collection(name).indexes(),
        ];
        return [name, about] as const;
      });
      return Object.fromEntries(await Promise.all(pairs));
    },
  };
}

/** An empty store to import into. */
export async function target(kind: StorePlace["kind"]): Promise<StorePlace> {
  if (kind === "mongodb") return { kind, ...finished(freshDatabase()) };
  const folder = finished(await tempFolder());
  return { kind, path: join(folder.path, "workflows.db") };
}

/** Its store, opened for the test. */
export async function storeAt(place: StorePlace): Promise<Store> {
  const store = await openStoreAt(place);
  onTestFinished(() => store.close());
  return store;
}

export function runImport(
  url: string,
  into: StorePlace,
  { env = {}, args = [] }: { readonly env?: Readonly<Record<string, string>>; readonly args?: readonly string[] } = {},
): Promise<Ended> {
  return command(["import", "--from", url, ...args], {
    env: { WORKFLOWS_RETENTION: "0", WORKFLOWS_LOG_LEVEL: "error", ...environmentOf(into), ...env },
  });
}

function finished<T extends AsyncDisposable>(resource: T): T {
  onTestFinished(async () => resource[Symbol.asyncDispose]());
  return resource;
}
