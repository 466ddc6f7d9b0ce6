import { join } from "node:path";
import { expect, test } from "vitest";
import { withLogging } from "../../../src/observability/logged-store.ts";
import type { LoggerAsk } from "../../../src/observability/logger.ts";
import { openSqliteStore } from "../../../src/store/sqlite/sqlite-store.ts";
import type { Store } from "../../../src/store/store.ts";
import { changeOf, entry, jobIdOf, leasedJob, pendingJob, testTime, workerInfo } from "../../support/jobs.ts";
import { tempFolder } from "../../support/temp-folder.ts";
import { type Lines, loggedTo } from "./log-lines.ts";

interface Logged extends AsyncDisposable, Lines {
  readonly store: Store;
  readonly plain: Store;
  /** Messages and what a test asks for, without time and pid. */
  lines(): Promise<Record<string, unknown>[]>;
}

async function loggedStore(level: LoggerAsk["level"]): Promise<Logged> {
  const folder = await tempFolder();
  const plain = await openSqliteStore({ path: join(folder.path, "workflows.db"), migrate: true });
  const log = await loggedTo(folder.path, { level });
  await plain.workers.register(workerInfo("w1"));
  return {
    ...log,
    plain,
    store: withLogging(plain, log.logger),
    lines: async () => (await log.read()).map(({ time: _time, pid: _pid, ...line }) => line),
    [Symbol.asyncDispose]: async () => {
      await plain.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

const greetA = { job: jobIdOf("a"), workflow: "greet" };

test("at info: start, failures and end of a job, with what and how long", async () => {
  await using logged = await loggedStore("info");
  const { store } = logged;
  await store.jobs.insert([pendingJob("a")]);
  const claimed = await store.jobs.claim({ worker: "w1", limit: 5, nowMs: testTime, of: "healthy" });
  const [job] = claimed.kind === "claimed" ? claimed.jobs : [];
  if (job === undefined) return expect.unreachable("the job is claimed");
  const about = { task: "call", path: "0", worker: "w1", fence: 1, startedAt: testTime };
  const error = { code: "http_status", message: "answered 503 to http://me:hunter2@h/" };
  const failed = entry("attempt_failed", { ...about, attempt: 1, durationMs: 12.5, error, dueAt: testTime + 60_000 });
  await store.jobs.commit([changeOf(job, { history: [failed] })]);
  const completed = [
    entry("task_completed", { ...about, attempt: 2, durationMs: 3 }),
    entry("job_completed", { at: testTime + 1500 }),
  ];
  const end = { status: "completed", finishedAt: testTime + 1500, lease: "release", history: completed } as const;
  await store.jobs.commit([changeOf({ ...job, version: job.version + 1 }, end)]);
  expect(await logged.lines()).toEqual([
    { level: "info", ...greetA, msg: "job started" },
    {
      level: "info",
      ...greetA,
      task: "call",
      attempt: 1,
      durationMs: 12.5,
      worker: "w1",
      retryAt: new Date(testTime + 60_000).toISOString(),
      error: { code: "http_status", message: "answered 503 to http://***@h/" },
      msg: "attempt failed",
    },
    { level: "info", ...greetA, durationMs: 1500, msg: "job completed" },
  ]);
});

test("at debug: every transition", async () => {
  await using logged = await loggedStore("debug");
  const { job, history } = leasedJob("a", "w1");
  await logged.store.jobs.insert([{ job, history }]);
  const transitions = [entry("attempt_interrupted"), entry("task_skipped"), entry("late_result")];
  await logged.store.jobs.commit([changeOf(job, { history: transitions })]);
  expect((await logged.lines()).map(({ level, workflow, msg }) => [level, workflow, msg])).toEqual([
    ["info", "greet", "job started"],
    ["debug", "greet", "attempt started"],
    ["debug", "greet", "attempt interrupted"],
    ["debug", "greet", "task skipped"],
    ["debug", "greet", "late result"],
  ]);
});

test("what the store did not make durable is not logged", async () => {
  await using logged = await loggedStore("debug");
  const { store } = logged;
  const { job, history } = leasedJob("a", "w1");
  await store.jobs.insert([{ job, history }]);
  const before = (await logged.lines()).length;
  const [again] = await store.jobs.insert([{ job, history }]);
  const [conflict] = await store.jobs.commit([
    { ...changeOf(job, { history: [entry("job_failed")] }), expectedVersion: job.version + 7 },
  ]);
  const [gone] = await store.jobs.commit([changeOf(pendingJob("nowhere").job, { history: [entry("job_failed")] })]);
  expect([again?.kind, conflict?.kind, gone?.kind]).toEqual(["exists", "conflict", "gone"]);
  expect(await logged.lines()).toHaveLength(before);
});

test("a job that another process started is named too, when it is cancelled here", async () => {
  await using logged = await loggedStore("info");
  await logged.plain.jobs.insert([pendingJob("a")]);
  const job = await logged.store.jobs.get(jobIdOf("a"));
  if (job === undefined) return expect.unreachable("the job is there");
  const history = [entry("job_terminated", { at: testTime + 10, by: "ci", reason: "no need" })];
  await logged.store.jobs.commit([
    changeOf(job, { status: "terminated", finishedAt: testTime + 10, lease: "release", history }),
  ]);
  expect(await logged.lines()).toEqual([
    { level: "info", ...greetA, durationMs: 10, by: "ci", reason: "no need", msg: "job terminated" },
  ]);
});

test("answers are those of the store, and where nobody listens it is the store itself", async () => {
  await using logged = await loggedStore("info");
  const { store, plain } = logged;
  await store.jobs.insert([pendingJob("a"), pendingJob("b")]);
  expect(await store.jobs.get(jobIdOf("a"))).toEqual(await plain.jobs.get(jobIdOf("a")));
  expect(await store.search.find({ limit: 5 })).toEqual(await plain.search.find({ limit: 5 }));
  expect(await store.jobs.history(jobIdOf("b"))).toEqual(await plain.jobs.history(jobIdOf("b")));
  expect(store.workers).toBe(plain.workers);
  logged.logger.level = "warn";
  expect(withLogging(plain, logged.logger)).toBe(plain);
});
