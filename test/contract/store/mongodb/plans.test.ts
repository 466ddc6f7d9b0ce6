import { type CommandStartedEvent, type Db, type Document, MongoClient } from "mongodb";
import { expect, onTestFinished, test } from "vitest";
import { openMongoStore } from "../../../../src/store/mongodb/mongo-store.ts";
import type { Store } from "../../../../src/store/store.ts";
import {
  completedJob,
  completionOf,
  effect,
  jobIdOf,
  jobOfWorkflow,
  leasedJob,
  pendingJob,
  testTime,
  workerInfo,
  workflowOf,
} from "../../../support/jobs.ts";
import { freshDatabase } from "../../../support/mongo/fresh-database.ts";
import "../../../support/mongo/skip-without-server.ts";
import { by, claimed, insertAll, stored } from "../../../support/store/fresh-store.ts";

/** Commands that look for documents, by the field that names the collection. */
const explainable = ["find", "aggregate", "update", "delete", "findAndModify", "distinct"] as const;

/** What belongs to the connection and not to the question. */
const ofTheConnection = ["lsid", "$clusterTime", "$db", "$readPreference", "txnNumber", "apiVersion"];

interface Asked {
  readonly db: Db;
  readonly store: Store;
  /** The commands that the store sends while the work is done. */
  during(work: () => Promise<unknown>): Promise<Document[]>;
}

async function watchedStore(): Promise<Asked> {
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
async function filled({ store }: Asked): Promise<void> {
  await store.workers.register(workerInfo("w1"));
  const finished = Array.from({ length: 3000 }, (_, index) =>
    completedJob(`finished ${index}`, { createdAt: testTime + index, bodyDigest: "one" }),
  );
  await insertAll(store, finished);
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

/** Everything that the port can be asked for. */
async function useAll({ store }: Asked): Promise<void> {
  await insertAll(store, [pendingJob("large", { input: { blob: "x".repeat(100_000) } })]);
  const again = completedJob("finished 1", { bodyDigest: "one" });
  await store.jobs.insert([again]);
  const jobs = await claimed(store, by("w1", { limit: 5 }));
  await claimed(store, by("w1", { limit: 5, of: "suspect" }));
  await claimed(store, by("w1", { limit: 5 })); // with permits
  await claimed(store, by("w1", { limit: 5, nowMs: testTime + 60_000 })); // some are used
  await store.jobs.commit(jobs.slice(0, 3).map((job) => completionOf(job)));
  await store.jobs.commit(jobs.slice(0, 1).map((job) => completionOf(job)));
  await store.jobs.release("w1", [{ id: jobIdOf("leased 0"), fence: 1 }]);
  await store.jobs.assigned({ worker: "w1", only: [jobIdOf("leased 1"), jobIdOf("leased 2")] });
  await store.jobs.assigned({ worker: "w1", except: [jobIdOf("leased 1")] });
  await stored(store, jobIdOf("large"));
  await store.jobs.history(jobIdOf("large"));
  const first = await store.jobs.find({ limit: 10 });
  if (first.next !== undefined) await store.jobs.find({ limit: 10, after: first.next });
  await store.jobs.find({ limit: 10, status: ["completed", "failed"], workflow: "greet" });
  await store.jobs.overdue(testTime, 10);
  await store.jobs.owing(testTime + 10, 10);
  await store.jobs.offered("mail", testTime + 10, 10);
  await store.workers.list();
  await store.workers.beat({
    worker: "w1",
    beat: 2,
    room: 1,
    held: [{ id: jobIdOf("leased 1"), fence: 1, version: 1 }],
  });
  await store.housekeeping.health(testTime);
  const nowMs = testTime + 2_000;
  await store.housekeeping.prune({ finishedBeforeMs: testTime + 100, idempotencyWindowMs: 1000, nowMs, limit: 50 });
  await store.definitions.latest();
  await store.definitions.get("greet-1");
  await store.workers.expire("w1", 2, testTime);
  await store.workers.surrender("w2");
}

/** The server explains one update at a time. */
function oneByOne(command: Document): Document[] {
  const updates = command["updates"] as readonly Document[] | undefined;
  return updates === undefined ? [command] : updates.map((update) => ({ ...command, updates: [update] }));
}

async function explain(db: Db, command: Document): Promise<Document> {
  const asked = Object.fromEntries(
    Object.entries(command).filter(([name]) => !ofTheConnection.includes(name) && name !== "writeConcern"),
  );
  return db.command({ explain: asked, verbosity: "executionStats" });
}

/** All stages of the plan that is used, wherever they stand in the answer. */
function stagesOf(plan: unknown): string[] {
  if (plan === null || typeof plan !== "object") return [];
  const own = "stage" in plan && typeof plan.stage === "string" ? [plan.stage] : [];
  const parts = Object.entries(plan).filter(([name]) => name !== "rejectedPlans" && name !== "allPlansExecution");
  return [...own, ...parts.flatMap(([, part]) => stagesOf(part))];
}

/** Index keys and documents that the execution looked at, at most of any part. */
function examined(plan: unknown): number {
  if (plan === null || typeof plan !== "object") return 0;
  const own = Object.entries(plan).map(([name, value]) =>
    /^(totalKeysExamined|totalDocsExamined)$/.test(name) ? Number(value) : examined(value),
  );
  return Math.max(0, ...own);
}

test("no command scans a collection or sorts in memory, however many jobs are finished", async () => {
  const asked = await watchedStore();
  await filled(asked);
  const commands = await asked.during(() => useAll(asked));
  expect(new Set(commands.map((command) => Object.keys(command)[0]))).toEqual(new Set(explainable));
  for (const command of commands) {
    const explained = await explain(asked.db, command);
    const stages = stagesOf(explained);
    const told = JSON.stringify({ command, stages }).slice(0, 2000);
    expect(stages, told).not.toContain("COLLSCAN");
    expect(stages, told).not.toContain("SORT");
    expect(examined(explained), told).toBeLessThan(400); // of 3,000 finished jobs, none is looked at in vain
  }
});

function filterOf(filter: Document | undefined, updates: readonly { readonly q: Document }[] | undefined): Document {
  return filter ?? updates?.[0]?.q ?? {};
}

test("on the way of a job that is assigned, every command names its jobs by id, so a sharded cluster asks the shards that have them", async () => {
  const asked = await watchedStore();
  const { store } = asked;
  await store.workers.register(workerInfo("w1"));
  await store.workers.list();
  const start = leasedJob("a", "w1");
  const commands = await asked.during(async () => {
    await insertAll(store, [start]);
    const [job] = await store.jobs.assigned({ worker: "w1", only: [start.job.id] });
    if (job === undefined) throw new Error("the job was not assigned");
    await store.jobs.commit([completionOf(job)]);
    await store.jobs.get(start.job.id);
  });
  const filters = commands.map(({ filter, updates }) =>
    filterOf(filter as Document | undefined, updates as { q: Document }[] | undefined),
  );
  expect(filters).toHaveLength(3);
  for (const { _id } of filters) expect(JSON.stringify(_id)).toContain(start.job.id);
});
