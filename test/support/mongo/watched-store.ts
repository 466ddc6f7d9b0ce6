import { type CommandStartedEvent, type Db, type Document, MongoClient } from "mongodb";
import { openMongoStore } from "../../../src/store/mongodb/mongo-store.ts";
import type { Store } from "../../../src/store/store.ts";
import {
  completedJob,
  effect,
  jobOfWorkflow,
  leasedJob,
  pendingJob,
  testTime,
  workerInfo,
  workflowOf,
} from "../jobs.ts";
import { onTestFinished } from "../on-test-finished.ts";
import { insertAll } from "../store/fresh-store.ts";
import { freshDatabase } from "./fresh-database.ts";

/** Commands that look for documents, by the field that names the collection. */
export const explainable = ["find", "aggregate", "update", "delete", "findAndModify", "distinct"] as const;

/** What belongs to the connection and not to the question. */
const ofTheConnection = ["lsid", "$clusterTime", "$db", "$readPreference", "txnNumber", "apiVersion"];

export interface Asked {
  readonly db: Db;
  readonly store: Store;
  /** The commands that the store sends while the work is done. */
  during(work: () => Promise<unknown>): Promise<Document[]>;
}

export async function watchedStore(): Promise<Asked> {
  const fresh = freshDatabase();
  onTestFinished(() => fresh[Symbol.asyncDispose]());
  const client = new MongoClient(fresh.uri, { retryWrites: false, monitorCommands: true });
  const store = await openMongoStore({ client: await client.connect(), database: fresh.database, migrate: true });
  onTestFinished(() => store.close());
  return {
    db: client.db(fresh.database),
    store,
    async during(work) {
      const commands: Document[] = [];
      const see = ({ command, commandName }: CommandStartedEvent): void => {
        if ((explainable as readonly string[]).includes(commandName)) commands.push(...oneByOne(command));
      };
      client.on("commandStarted", see);
      await work();
      client.off("commandStarted", see);
      return commands;
    },
  };
}

/** A store with 3,000 finished jobs of one workflow and some living ones. */
export async function filled({ store, db }: Asked): Promise<void> {
  await store.workers.register(workerInfo("w1"));
  const finished = Array.from({ length: 3000 }, (_, index) =>
    completedJob(`finished ${index}`, { createdAt: testTime + index, bodyDigest: "one", labels: ["target:x"] }),
  );
  await insertAll(store, finished);
  await db.collection("jobs_status").updateMany({}, { $set: { changedAt: new Date(testTime) } }); // long ago
  await insertAll(store, [
    ...Array.from({ length: 40 }, (_, index) => pendingJob(`pending ${index}`)),
    ...Array.from({ length: 20 }, (_, index) => leasedJob(`leased ${index}`, "w1", { deadlineAt: testTime - 1 })),
    completedJob("owing", { effects: [effect(1)] }),
    { ...pendingJob("offering"), offers: [{ queue: "mail", at: testTime }] },
    pendingJob("suspect", { lost: 2 }),
    pendingJob("urgent", { priority: 9 }),
    ...[0, 1, 2].map((index) => jobOfWorkflow("capped", `capped ${index}`, { maxRunning: 2 })),
    pendingJob("parked", { readyAt: testTime + 1000 }),
  ]);
  await store.definitions.put([{ workflow: workflowOf("greet"), source: null }]);
}

/** The server explains one update at a time. */
function oneByOne(command: Document): Document[] {
  const updates = command["updates"] as readonly Document[] | undefined;
  return updates === undefined ? [command] : updates.map((update) => ({ ...command, updates: [update] }));
}

export async function explain(db: Db, command: Document): Promise<Document> {
  const asked = Object.fromEntries(
    Object.entries(command).filter(([name]) => !ofTheConnection.includes(name) && name !== "writeConcern"),
  );
  return db.command({ explain: asked, verbosity: "executionStats" });
}

/** All stages of the plan that is used, wherever they stand in the answer. */
export function stagesOf(plan: unknown): string[] {
  if (plan === null || typeof plan !== "object") return [];
  const own = "stage" in plan && typeof plan.stage === "string" ? [plan.stage] : [];
  const parts = Object.entries(plan).filter(([name]) => name !== "rejectedPlans" && name !== "allPlansExecution");
  return [...own, ...parts.flatMap(([, part]) => stagesOf(part))];
}

/** Index keys and documents that the execution looked at, at most of any part. */
export function examined(plan: unknown): number {
  return most(plan, /^total(Keys|Docs)Examined$/);
}

/** The same of documents alone. */
export function documentsRead(plan: unknown): number {
  return most(plan, /^totalDocsExamined$/);
}

function most(plan: unknown, told: RegExp): number {
  if (plan === null || typeof plan !== "object") return 0;
  const own = Object.entries(plan).map(([name, value]) => (told.test(name) ? Number(value) : most(value, told)));
  return Math.max(0, ...own);
}

/** The answer was read from index keys alone. */
export function isCovered(plan: unknown): boolean {
  return !stagesOf(plan).some((stage) => stage === "FETCH" || stage === "COLLSCAN");
}

/** Not of what the process keeps beside them: it says what it counted whenever that is due, and asks after a worker that it has not seen for seconds. */
export function isOfJobs(command: Document): boolean {
  return !["job_counts", "workers"].includes(String(Object.values(command)[0]));
}
