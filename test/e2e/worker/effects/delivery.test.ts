import { expect, test } from "vitest";
import { applyEvent } from "../../../../src/jobs/apply.ts";
import { deliverLeftBehind } from "../../../../src/maintenance/effects.ts";
import { Sweeper } from "../../../../src/maintenance/sweeper.ts";
import type { Job } from "../../../../src/model/job/job.ts";
import type { CancelJob, Effect, StartJob } from "../../../../src/model/job/outward/effect.ts";
import { type Embedded, embedded } from "../../../support/embedded.ts";
import { completedJob, jobIdOf } from "../../../support/jobs.ts";
import { onTestFinished } from "../../../support/on-test-finished.ts";
import { sequence, task, workflow } from "../../../support/sample-workflow.ts";
import { insertAll, stored } from "../../../support/store/fresh-store.ts";
import { MemoryLog } from "../../../support/worker/memory-log.ts";
import { start, until } from "../../../support/worker/site.ts";

const caller = workflow(sequence(), { name: "caller" });
const helper = workflow(task("0"), { name: "helper", inputParameters: ["who"] });
const settings = { sweepMs: 20, leaseMs: 60_000, retentionMs: 0, idempotencyWindowMs: 0 };

function startOf(name: string, more: Partial<StartJob> = {}): StartJob {
  return {
    kind: "start_job",
    id: 1,
    at: Date.now(),
    job: jobIdOf(name),
    workflow: "helper",
    input: { who: name },
    ...more,
  };
}

function cancelOf(job: string, more: Partial<CancelJob> = {}): CancelJob {
  return { kind: "cancel_job", id: 2, at: Date.now(), job, by: "ada", reason: "no use", ...more };
}

/** An ended job that owes these, in the store: what did it died at once. */
async function owing(deps: Embedded, effects: readonly Effect[]): Promise<Job> {
  const { name, version, digest } = caller;
  const { job, history } = completedJob("caller", { effects, workflow: { name, version, digest } });
  await insertAll(deps.store, [{ job, history }]);
  return job;
}

function startSweeper(deps: Embedded): MemoryLog {
  const log = new MemoryLog();
  const sweeper = new Sweeper(deps, settings, log);
  sweeper.begin();
  onTestFinished(() => sweeper.stop());
  return log;
}

const owesNothing = (job: Job): boolean => job.effects === undefined;

test("what a job owes is done and then owed no more: one job starts, another ends", async () => {
  const deps = await embedded([caller, helper]);
  const other = await start(deps, "helper", { who: "other" });
  const job = await owing(deps, [startOf("new"), cancelOf(other)]);
  deps.delivery?.owed(job);
  await until(deps, job.id, owesNothing);
  expect(await stored(deps.store, jobIdOf("new"))).toMatchObject({
    status: "pending",
    workflow: { name: "helper" },
    input: { who: "new" },
  });
  expect(await stored(deps.store, other)).toMatchObject({ status: "terminated" });
  expect((await deps.store.jobs.history(other))?.at(-1)).toMatchObject({ by: "ada", reason: "no use" });
});

test("what a process that died left behind is done by a sweep of another, what is fresh is left to whoever does it now", async () => {
  const deps = await embedded([caller, helper]);
  const old = await owing(deps, [startOf("old", { at: Date.now() - 10_000 })]);
  const fresh = completedJob("fresh", {
    effects: [startOf("later", { at: Date.now() + 60_000 })],
    workflow: old.workflow,
  });
  await insertAll(deps.store, [fresh]);
  startSweeper(deps);
  await until(deps, old.id, owesNothing);
  expect(await stored(deps.store, jobIdOf("old"))).toMatchObject({ status: "pending" });
  expect(await stored(deps.store, fresh.job.id)).toHaveProperty("effects");
});

test("one look does of what was left behind as much as its time allows, and the next ones the rest", async () => {
  const deps = await embedded([caller, helper]);
  const { name, version, digest } = caller;
  const jobs = Array.from({ length: 80 }, (_, index) => {
    const effects = [startOf(`new ${index}`, { at: Date.now() - 10_000 })];
    return completedJob(`caller ${index}`, { effects, workflow: { name, version, digest } });
  });
  await insertAll(deps.store, jobs);
  const owed = () => deps.store.jobs.owing(Date.now(), 1000);
  await deliverLeftBehind(deps, new MemoryLog(), 0);
  const rest = (await owed()).length;
  expect(rest).toBeGreaterThan(0);
  expect(rest).toBeLessThan(80);
  await deliverLeftBehind(deps, new MemoryLog(), 0);
  expect(await owed()).toEqual([]);
});

test("done by several at once, and again afterwards, it is done once", async () => {
  const deps = await embedded([caller, helper]);
  const others = await Promise.all([1, 2, 3].map(() => embedded([], { place: deps.place })));
  const job = await owing(deps, [startOf("new", { at: Date.now() - 10_000 })]);
  for (const process of [deps, ...others]) startSweeper(process);
  for (const process of [deps, ...others]) process.delivery?.owed(job);
  await until(deps, job.id, owesNothing);
  const [first, ...more] = (await deps.store.search.find({ limit: 10, workflow: "helper" })).jobs;
  expect([first?.id, more]).toEqual([jobIdOf("new"), []]);
  expect((await stored(deps.store, job.id)).version).toBe(2);
  await applyEvent(deps, jobIdOf("new"), { kind: "cancel", by: "ada" });
  deps.delivery?.owed(job);
  await deps.delivery?.catchUp(job.id);
  expect(await stored(deps.store, jobIdOf("new"))).toMatchObject({ status: "terminated" });
});

test("a job that was removed meanwhile is not started by a late repetition, as long as its key is remembered", async () => {
  const deps = await embedded([caller, helper]);
  const job = await owing(deps, [startOf("new")]);
  deps.delivery?.owed(job);
  await until(deps, job.id, owesNothing);
  await applyEvent(deps, jobIdOf("new"), { kind: "cancel", by: "ada" });
  const ask = { id: jobIdOf("new"), expectedVersion: 2, idempotencyWindowMs: 60_000, nowMs: Date.now() };
  expect(await deps.store.housekeeping.remove(ask)).toBe(true);
  const again = completedJob("again", { effects: [startOf("new")], workflow: job.workflow });
  await insertAll(deps.store, [again]);
  deps.delivery?.owed(again.job);
  await until(deps, again.job.id, owesNothing);
  expect(await deps.store.jobs.get(jobIdOf("new"))).toBeUndefined();
});

test("what can never be started is told in the history of who owed it, and keeps nothing else from being done", async () => {
  const deps = await embedded([caller, helper], { limits: { maxInputBytes: 100 } });
  const job = await owing(deps, [
    startOf("unknown", { id: 1, workflow: "nobody", version: 3 }),
    startOf("empty", { id: 2, input: {} }),
    startOf("large", { id: 3, input: { who: "x".repeat(1000) } }),
    startOf("good", { id: 4 }),
  ]);
  deps.delivery?.owed(job);
  expect(await until(deps, job.id, owesNothing)).toMatchObject({ status: "completed" });
  expect(await stored(deps.store, jobIdOf("good"))).toMatchObject({ status: "pending" });
  const told = (await deps.store.jobs.history(job.id))?.filter(({ type }) => type === "start_refused");
  expect(told?.map(({ error }) => error?.message)).toEqual([
    expect.stringMatching(/nobody version 3 .* not found/),
    expect.stringMatching(/helper .* Missing input parameters: \[who\]/),
    expect.stringMatching(/max_input_bytes/),
  ]);
});

test("a workflow that another process brought a moment ago is started", async () => {
  const deps = await embedded([caller]);
  await deps.catalog.find("helper"); // looked for it just now
  await embedded([helper], { place: deps.place });
  const job = await owing(deps, [startOf("new")]);
  deps.delivery?.owed(job);
  await until(deps, job.id, owesNothing);
  expect(await stored(deps.store, jobIdOf("new"))).toMatchObject({ workflow: { digest: helper.digest } });
});

test("effects on one job are done in their order", async () => {
  const deps = await embedded([caller, helper]);
  const job = await owing(deps, [startOf("new"), cancelOf(jobIdOf("new"))]);
  deps.delivery?.owed(job);
  await until(deps, job.id, owesNothing);
  expect(await stored(deps.store, jobIdOf("new"))).toMatchObject({ status: "terminated" });
});
