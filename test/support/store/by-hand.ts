import { type Db, MongoClient } from "mongodb";
import type { JobId } from "../../../src/model/ids.ts";
import { newestFormat } from "../../../src/model/job/format.ts";
import { Database, type Value } from "../../../src/store/sqlite/database/database.ts";
import type { StorePlace } from "./store-place.ts";

/** How a newer program leaves a job. */
export interface Newer {
  readonly status?: string;
  /** Only a number that is higher than the job's makes others notice. */
  readonly version?: number;
  readonly waiting?: string;
}

/** What other programs do to a store: newer releases, and people with a client of the database. */
export interface ByHand {
  /** The job has a format that only the next release knows. */
  newer(id: JobId, how?: Newer): Promise<void>;
  /** All definitions of a workflow are gone. */
  withoutDefinition(workflow: string): Promise<void>;
  /** All tasks of a job are gone. */
  withoutTasks(id: JobId): Promise<void>;
  /** The long texts of a job, those that stand apart from it, are gone or, where one stands beside shorter ones, no JSON any more. */
  withoutLongTexts(id: JobId): Promise<void>;
}

export function byHand(place: StorePlace): ByHand {
  return place.kind === "sqlite" ? inFile(place.path) : inDatabase(place.uri, place.database);
}

function inFile(path: string): ByHand {
  const run = (sql: string, ...values: readonly Value[]): Promise<void> => {
    const database = new Database(path);
    database.exec("PRAGMA busy_timeout = 10000");
    database.prepare(sql).run(...values);
    database.close();
    return Promise.resolve();
  };
  const format = newestFormat + 1;
  const ofJob = "job = (SELECT seq FROM jobs WHERE id = ?)";
  return {
    async newer(id, { status = null, version = null, waiting = null } = {}) {
      await run(
        `UPDATE jobs SET format = ${format}, status = coalesce(?, status), version = coalesce(?, version), waiting = coalesce(?, waiting) WHERE id = ?`,
        ...[status, version, waiting, id],
      );
      await run("DELETE FROM counts");
      await run(
        "INSERT INTO counts SELECT workflow, shown, CASE WHEN owner IS NULL THEN coalesce(waiting, '') ELSE '' END AS reason, count(*) FROM jobs GROUP BY workflow, shown, reason",
      );
    },
    withoutDefinition: (workflow) => run("DELETE FROM definitions WHERE name = ?", workflow),
    withoutTasks: (id) => run(`DELETE FROM tasks WHERE ${ofJob}`, id),
    async withoutLongTexts(id) {
      await run(`DELETE FROM inputs WHERE ${ofJob}`, id);
      await run(`UPDATE tasks SET body = '{' WHERE length(body) > 60000 AND ${ofJob}`, id);
    },
  };
}

function inDatabase(uri: string, name: string): ByHand {
  const within = async (work: (db: Db) => Promise<unknown>): Promise<void> => {
    const client = new MongoClient(uri);
    try {
      await work(client.db(name));
    } finally {
      await client.close();
    }
  };
  return {
    newer: (id, { status, ...how } = {}) =>
      within(async (db) => {
        const shown = status === undefined ? {} : { status, shown: status };
        const set = { format: newestFormat + 1, ...shown, ...how };
        await db.collection<{ _id: string }>("jobs_status").updateOne({ _id: id }, { $set: set });
        const isCountedAnew = status !== undefined || how.waiting !== undefined;
        if (isCountedAnew) await db.collection("job_counts").deleteMany({});
      }),
    withoutDefinition: (workflow) => within((db) => db.collection("definitions").deleteMany({ name: workflow })),
    withoutTasks: (id) =>
      within((db) => db.collection<{ _id: string }>("jobs_status").updateOne({ _id: id }, { $set: { tasks: {} } })),
    withoutLongTexts: (id) => within((db) => db.collection("payloads").deleteMany({ job: id })),
  };
}
