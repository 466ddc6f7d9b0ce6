// Runs once before the tests of each project that needs a MongoDB, in the process that starts them all.
import { MongoClient } from "mongodb";
import { NoMongod } from "./program/find-mongod.ts";
import { startMongod } from "./replica-set.ts";
import { announce, announced } from "./shared-server.ts";

/** Dropping a database waits until the journal is written next: by default up to 100 ms, which is more than most tests take. */
const writesJournalOften = ["--journalCommitInterval", "10"];

/** Answers what ends the server; nothing where another project's set-up started it or it is not ours. */
export async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (announced() !== undefined) return undefined;
  const uri = process.env["MONGODB_URI"];
  if (uri !== undefined && uri !== "") {
    await ping(uri);
    announce({ kind: "running", uri });
    return undefined;
  }
  try {
    const mongod = await startMongod({ inMemory: true, args: writesJournalOften });
    announce({ kind: "running", uri: mongod.uri });
    return () => mongod.stop();
  } catch (error) {
    if (!(error instanceof NoMongod)) throw error;
    announce({ kind: "missing", reason: error.message });
    console.error(`Tests that need a MongoDB are skipped: ${error.message}`);
    return undefined;
  }
}

async function ping(uri: string): Promise<void> {
  const client = new MongoClient(uri, { serverSelectionTimeoutMS: 5_000, connectTimeoutMS: 5_000 });
  try {
    await client.db("admin").command({ ping: 1 });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`The MongoDB that MONGODB_URI names does not answer: ${reason}`); // vitest cannot print the driver's errors
  } finally {
    await client.close();
  }
}
