import { type Db, MongoClient, type MongoClientOptions } from "mongodb";
import { onTestFinished, type TestContext } from "vitest";
import { busCollection } from "../../../src/notifier/capped-collection/bus-collection.ts";
import { CappedCollectionNotifier } from "../../../src/notifier/capped-collection.ts";
import { InProcessNotifier } from "../../../src/notifier/in-process.ts";
import type { Hint } from "../../../src/notifier/notifier.ts";
import { eventually } from "../../support/eventually.ts";
import { freshDatabase } from "../../support/mongo/fresh-database.ts";

/** Where a bus is. */
export interface Place {
  readonly uri: string;
  readonly database: string;
}

/** What a process on the bus has beside its notifier, and what it was told and said. */
export interface BusProcess {
  readonly place: Place;
  readonly notifier: CappedCollectionNotifier;
  readonly database: Db;
  readonly client: MongoClient;
  readonly heard: Hint[];
  readonly logged: { readonly level: string; readonly message: string; readonly error: unknown }[];
}

export interface BusOptions {
  readonly sizeBytes?: number;
  readonly collection?: string;
  readonly client?: MongoClientOptions;
  /** Default 1,000: soon enough for tests to notice what only the end of an answer tells. */
  readonly awaitMs?: number;
  /** Default true. */
  readonly begin?: boolean;
  /** The test with which it ends; needed where several run beside each other. */
  readonly test?: Pick<TestContext, "onTestFinished">;
}

/** A database of its own on the server that the tests share. */
export function freshPlace(): Place {
  const { uri, database, [Symbol.asyncDispose]: drop } = freshDatabase();
  onTestFinished(() => drop());
  return { uri, database };
}

/** What a process does at its start: a connection, a collection, a notifier. It ends with the test. */
export async function busProcess(place: Place, options: BusOptions = {}): Promise<BusProcess> {
  const { test = { onTestFinished } } = options;
  const client = new MongoClient(place.uri, { retryWrites: false, ...options.client });
  test.onTestFinished(() => client.close());
  const database = client.db(place.database);
  const { sizeBytes = 1024 * 1024, awaitMs = 1000 } = options;
  const collection = options.collection ?? (await busCollection(database, { sizeBytes }));
  const heard: Hint[] = [];
  const logged: BusProcess["logged"] = [];
  const to = (level: string) => (fields: { readonly err?: unknown }, message: string) =>
    void logged.push({ level, message, error: fields.err });
  const log = { info: to("info"), warn: to("warn"), error: to("error") };
  const own = new InProcessNotifier();
  const notifier = new CappedCollectionNotifier({ own, database, collection, log, sizeBytes, awaitMs });
  notifier.subscribe((hint) => heard.push(hint));
  test.onTestFinished(() => notifier.close());
  if (options.begin !== false) notifier.begin();
  return { place, notifier, database, client, heard, logged };
}

/** As many times was it told that anything may have changed. */
export function sweeps({ heard }: BusProcess): number {
  return heard.filter(({ kind }) => kind === "changed").length;
}

/** It listens, and has swept so often. */
export async function listening(process: BusProcess, times = 1): Promise<void> {
  await eventually("the process listens", () => process.notifier.healthy && sweeps(process) >= times);
}

/** A process that listens already. */
export async function lone(place: Place = freshPlace(), options: BusOptions = {}): Promise<BusProcess> {
  const process = await busProcess(place, options);
  if (options.begin !== false) await listening(process);
  return process;
}

/** Two of them on one bus. */
export async function pair(place: Place = freshPlace(), options: BusOptions = {}): Promise<[BusProcess, BusProcess]> {
  return [await lone(place, options), await lone(place, options)];
}

/** One speaks until the other hears it: hints may be lost while the bus comes back. What was said for that is not among what was heard. */
export async function hears(listener: BusProcess, speaker: BusProcess): Promise<void> {
  const [to, worker] = [listener.notifier.address, "a test"];
  const isOurs = (hint: Hint): boolean => hint.kind === "assigned" && hint.worker === worker;
  await eventually("the other process is heard", () => {
    speaker.notifier.publish({ kind: "assigned", to, worker, jobs: ["a job"] });
    return listener.heard.some(isOurs);
  });
  const others = listener.heard.filter((hint) => !isOurs(hint));
  listener.heard.splice(0, listener.heard.length, ...others);
}

/** What MongoDB calls the errors by which the bus was lost, or their class where it has no name for them. */
export function losses({ logged }: BusProcess): string[] {
  return logged
    .filter(({ level }) => level === "warn")
    .map(({ error }) => {
      const { codeName, code, name } = error as { codeName?: string; code?: number; name: string };
      return codeName ?? (code === undefined ? name : String(code));
    });
}

/** Cursors that follow the collection at present, as the server knows them, of any process. */
export async function tailableCursors({ database }: BusProcess): Promise<number> {
  const stages = [
    { $currentOp: { allUsers: true, idleCursors: true } },
    { $match: { ns: new RegExp(`^${database.databaseName}\\.`), "cursor.tailable": true } },
  ];
  return (await database.client.db("admin").aggregate(stages).toArray()).length;
}
