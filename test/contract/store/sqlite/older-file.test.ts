import { expect, onTestFinished, test } from "vitest";
import { never } from "../../../../src/model/job/job.ts";
import { waitingReasons } from "../../../../src/model/search/waiting.ts";
import { Database } from "../../../../src/store/sqlite/database/database.ts";
import { migrateSchema } from "../../../../src/store/sqlite/database/migrate.ts";
import { migrations } from "../../../../src/store/sqlite/database/schema.ts";
import { completionOf, jobIdOf, testTime } from "../../../support/jobs.ts";
import { expectCounted, expectCounts } from "../../../support/store/counted.ts";
import { stored } from "../../../support/store/fresh-store.ts";
import { connect, temporaryPath } from "../../../support/store/sqlite-files.ts";

interface OldJob {
  readonly status: string;
  readonly readyAt?: number;
  readonly owner?: string;
  readonly lost?: number;
  /** JSON of its only task. */
  readonly task?: string;
  readonly offered?: true;
}

const later = testTime + 1000;

const oldJobs: Readonly<Record<string, OldJob>> = {
  done: { status: "completed" },
  failed: { status: "failed" },
  starts: { status: "pending", readyAt: later },
  held: { status: "running", readyAt: testTime, owner: "w1" },
  paused: { status: "paused", readyAt: never },
  lost: { status: "running", readyAt: later, lost: 2 },
  retries: { status: "running", readyAt: later, task: '{"status":"scheduled"}' },
  sleeps: { status: "running", readyAt: later, task: '{"status":"awaiting"}' },
  awaits: { status: "running", readyAt: never, task: '{"status":"awaiting"}' },
  calls: { status: "running", readyAt: never, task: '{"status":"awaiting","child":{"id":"x","call":1}}' },
  offers: { status: "running", readyAt: never, task: '{"status":"awaiting"}', offered: true },
};

interface OlderFile {
  readonly path: string;
  /** Stores a job as a program of schema 5 does. */
  insert(name: string, index: number, job: OldJob): void;
}

/** As a program of schema 5 left it, which has it open still. */
async function olderFile(): Promise<OlderFile> {
  const path = await temporaryPath();
  const database = new Database(path);
  onTestFinished(() => database.close());
  migrateSchema(
    database,
    path,
    migrations.filter(({ version }) => version <= 5),
    true,
  );
  const insert = database.prepare(
    `INSERT INTO jobs (id, format, workflow, workflow_version, digest, status, run, version, fence, owner, lost, lost_recorded, ready_at, created_at, started_at,
       finished_at, bytes, input) VALUES (?, 1, 'greet', 1, 'd', ?, 1, 1, 0, ?, ?, 0, ?, ?, ?, ?, 2, '{}')`,
  );
  const task = database.prepare(
    "INSERT INTO tasks (job, run, path, iteration, position, body) VALUES (?, 1, '0', 0, 0, ?)",
  );
  const offer = database.prepare("INSERT INTO offers (queue, at, job) VALUES ('q', 0, ?)");
  const store = (name: string, index: number, job: OldJob): void => {
    const finishedAt = job.readyAt === undefined ? testTime + 100 - index : null;
    const { status, owner = null, lost = 0, readyAt = null } = job;
    const seq = insert.insert(jobIdOf(name), status, owner, lost, readyAt, testTime + index, testTime, finishedAt);
    if (seq === undefined) throw new Error(`${name} was not inserted`);
    if (job.task !== undefined) task.run(seq, job.task);
    if (job.offered) offer.run(seq);
  };
  for (const [index, [name, job]] of Object.entries(oldJobs).entries()) store(name, index, job);
  return { path, insert: store };
}

test("a file of an older program counts and finds its jobs, and tells for what they wait as far as it is known", async () => {
  const { path } = await olderFile();
  const store = await connect(path, true);
  await expectCounted(store);
  const waiting: Record<string, string> = {};
  for (const reason of waitingReasons) {
    const { jobs } = await store.search.find({ waiting: [reason], nowMs: testTime, limit: 20 });
    for (const { id } of jobs) waiting[Object.keys(oldJobs).find((name) => jobIdOf(name) === id) ?? id] = reason;
  }
  expect(waiting).toEqual({
    starts: "start",
    paused: "paused",
    lost: "worker_lost",
    retries: "retry",
    sleeps: "time",
    awaits: "event",
    calls: "job",
    offers: "external",
  });
  const ended = await store.search.find({ by: "finished", limit: 20 });
  expect(ended.jobs.map(({ id }) => id)).toEqual(["done", "failed"].map(jobIdOf));

  const { mark, jobs } = await store.search.changed({ since: "0", limit: 20 });
  expect(jobs).toEqual([]);
  const starts = await stored(store, jobIdOf("starts"));
  await store.jobs.commit([completionOf(starts, { labels: ["target:x"] })]);
  expect((await store.search.changed({ since: mark, limit: 20 })).jobs).toHaveLength(1);
  expect((await store.search.find({ labels: ["target:x"], limit: 20 })).jobs).toHaveLength(1);
  await store.housekeeping.prune({ finishedBeforeMs: later, idempotencyWindowMs: 0, nowMs: later, limit: 20 });
  await expectCounts(store, [
    ["greet", "paused", "paused", 1],
    ["greet", "running", undefined, 1],
    ...(["worker_lost", "retry", "time", "event", "job", "external"] as const).map(
      (reason) => ["greet", "running", reason, 1] as const,
    ),
  ]);
});

test("an older program that has the file open writes nothing uncounted once it is migrated", async () => {
  const { path, insert } = await olderFile();
  insert("before", 20, { status: "completed" });
  const store = await connect(path, true);
  expect(() => insert("after", 21, { status: "completed" })).toThrow(/lost_recorded/);
  expect(await store.jobs.get(jobIdOf("before"))).toBeDefined();
  expect(await store.jobs.get(jobIdOf("after"))).toBeUndefined();
  await expectCounted(store);
});
