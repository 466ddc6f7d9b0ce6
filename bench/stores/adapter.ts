import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MongoClient } from "mongodb";
import { openMongoStore } from "../../src/store/mongodb/mongo-store.ts";
import { openSqliteStore } from "../../src/store/sqlite/sqlite-store.ts";
import type { Store } from "../../src/store/store.ts";
import type { StoreName } from "./measured-store.ts";
import { openMongod } from "./mongod.ts";

/** Opens empty stores of one kind in this process. */
export interface Adapters extends AsyncDisposable {
  open(): Promise<Store>;
  /** Has the store write now what it would write to its files later, so that it does not do so during a measurement. */
  settle(): Promise<void>;
}

export async function adaptersOf(name: StoreName, folder: string = tmpdir()): Promise<Adapters> {
  switch (name) {
    case "sqlite":
      return await sqliteFiles(folder);
    case "mongodb":
      return await mongoDatabases();
    default:
      return name satisfies never;
  }
}

async function sqliteFiles(below: string): Promise<Adapters> {
  const opened = new AsyncDisposableStack();
  const folder = await mkdtemp(join(below, "workflows-bench-"));
  opened.defer(() => rm(folder, { recursive: true }));
  let files = 0;
  return {
    async open() {
      const store = await openSqliteStore({ path: join(folder, `${files++}.db`), migrate: true });
      opened.defer(() => store.close());
      return store;
    },
    settle: () => Promise.resolve(), // its checkpoints come with its writes
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

async function mongoDatabases(): Promise<Adapters> {
  const opened = new AsyncDisposableStack();
  const { uri, client: watcher } = opened.use(await openMongod());
  let databases = 0;
  return {
    async open() {
      const database = `workflows_bench_${process.pid}_${databases++}`;
      opened.defer(async () => void (await watcher.db(database).dropDatabase()));
      const client = await new MongoClient(uri, { retryWrites: false }).connect();
      const store = await openMongoStore({ client, database, migrate: true });
      opened.defer(() => store.close());
      return store;
    },
    async settle() {
      await watcher.db("admin").command({ fsync: 1 });
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}
