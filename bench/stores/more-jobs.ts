import { MongoClient } from "mongodb";
import { newJobId } from "../../src/model/ids.ts";
import type { Job } from "../../src/model/job/job.ts";
import { openMongoStore } from "../../src/store/mongodb/mongo-store.ts";
import { openSqliteStore } from "../../src/store/sqlite/sqlite-store.ts";
import type { NewJob, Store } from "../../src/store/store.ts";
import { pendingJob, task } from "../../test/support/jobs.ts";
import type { Settings } from "../processes/site.ts";

const atOnce = 2000;

/** Stores pending jobs of a workflow that the product on that store knows, from beside it. */
export function fillWithPending(settings: Settings, workflow: string, jobs: number): Promise<void> {
  return fill(settings, workflow, jobs, (more) => pendingJob("", more));
}

/** The same of jobs of which the only call failed. */
export function fillWithFailed(settings: Settings, workflow: string, jobs: number): Promise<void> {
  return fill(settings, workflow, jobs, failedJob);
}

function failedJob(more: Partial<Job>): NewJob {
  const { createdAt = 0 } = more;
  const error = { code: "http_status", message: "The answer was 500" };
  const ended = { status: "failed", finishedAt: createdAt } as const;
  const tasks = [task("0", { scheduledAt: createdAt, error, ...ended })];
  const start = pendingJob("", { ...more, ...ended, startedAt: createdAt, error, tasks });
  const { readyAt: _readyAt, ...job } = start.job;
  return { ...start, job };
}

async function fill(
  settings: Settings,
  workflow: string,
  jobs: number,
  make: (more: Partial<Job>) => NewJob,
): Promise<void> {
  const store = await openBeside(settings);
  try {
    const model = (await store.definitions.latest()).find(({ name }) => name === workflow);
    if (model === undefined) throw new Error(`The store does not know the workflow ${workflow}`);
    const { name, version, digest } = model;
    const made = (n: number): NewJob => {
      const createdAt = Date.now();
      return make({ id: newJobId(createdAt), createdAt, workflow: { name, version, digest }, input: { n } });
    };
    for (let stored = 0; stored < jobs; stored += atOnce)
      await store.jobs.insert(Array.from({ length: Math.min(atOnce, jobs - stored) }, (_, n) => made(stored + n)));
  } finally {
    await store.close();
  }
}

async function openBeside(settings: Settings): Promise<Store> {
  const { sqlite_path: path, "mongo-url": url, "mongo-dbname": database } = settings;
  if (path !== undefined) return await openSqliteStore({ path, migrate: false });
  if (url === undefined || database === undefined) throw new Error("The settings name no store");
  return await openMongoStore({
    client: await new MongoClient(url, { retryWrites: false }).connect(),
    database,
    migrate: false,
  });
}
