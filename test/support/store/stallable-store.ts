import { DatabaseSync } from "node:sqlite";
import { startMongod } from "../mongo/replica-set.ts";
import { onTestFinished } from "../on-test-finished.ts";
import { freshPlace, kindUnderTest, type StorePlace } from "./store-place.ts";

/** A store of the kind under test, gone when the test is over, that can be made to answer no write. */
export interface StallableStore {
  readonly place: StorePlace;
  /** From now on writes wait until their writers give up, as with a disk or a network that hangs. */
  stall(): Stall;
}

export interface Stall {
  /** Writes go on. */
  free(): void;
}

export async function stallableStore(): Promise<StallableStore> {
  return kindUnderTest() === "mongodb" ? stallableMongod() : stallableFile();
}

/** Another connection holds the lock of the file. */
async function stallableFile(): Promise<StallableStore> {
  const place = await freshPlace();
  onTestFinished(() => place[Symbol.asyncDispose]());
  if (place.kind !== "sqlite") throw new Error("This is the SQLite store's");
  const { path } = place;
  return {
    place,
    stall() {
      const database = new DatabaseSync(path, { timeout: 5000 });
      database.exec("BEGIN IMMEDIATE");
      return freeable(() => database.close());
    },
  };
}

/** The server is stopped: connections stay open, and nobody answers. */
async function stallableMongod(): Promise<StallableStore> {
  const mongod = await startMongod();
  onTestFinished(() => mongod.stop());
  return {
    place: { kind: "mongodb", uri: mongod.uri, database: "workflows" },
    stall() {
      for (const member of mongod.members) member.signal("SIGSTOP");
      return freeable(() => {
        for (const member of mongod.members) member.signal("SIGCONT");
      });
    },
  };
}

/** Frees once, at the latest when the test is over. */
function freeable(end: () => void): Stall {
  let stalled = true;
  const free = (): void => {
    if (stalled) end();
    stalled = false;
  };
  onTestFinished(free);
  return { free };
}
