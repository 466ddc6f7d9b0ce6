import { expect, test } from "vitest";
import { cancelJob } from "../../../../src/jobs/actions/cancel.ts";
import { pauseJob } from "../../../../src/jobs/actions/pause.ts";
import { restartJob } from "../../../../src/jobs/actions/restart.ts";
import { resumeJob } from "../../../../src/jobs/actions/resume.ts";
import { retryJob } from "../../../../src/jobs/actions/retry.ts";
import { Sweeper } from "../../../../src/maintenance/sweeper.ts";
import { isFinal, type Job, never } from "../../../../src/model/job/job.ts";
import type { JsonValue } from "../../../../src/model/json.ts";
import type { Workflow } from "../../../../src/model/workflow.ts";
import { type Embedded, embedded } from "../../../support/embedded.ts";
import { eventually } from "../../../support/eventually.ts";
import { onTestFinished } from "../../../support/on-test-finished.ts";
import { parallel, sequence, subWorkflow, task, workflow } from "../../../support/sample-workflow.ts";
import { stored } from "../../../support/store/fresh-store.ts";
import { Attempts, success } from "../../../support/worker/attempts.ts";
import { MemoryLog } from "../../../support/worker/memory-log.ts";
import { ended, start, startWorker, until } from "../../../support/worker/site.ts";

const by = { by: "ada" };
const who: JsonValue = { $json: { members: [["who", { value: { from: "input", name: "who", encode: [] } }]] } };
const child = workflow(sequence(task("0"), task("1")), { name: "child", inputParameters: ["who"] });
const parent = workflow(sequence(subWorkflow("s", "child", { input: who }), task("t")), { name: "parent" });

/** The job that the parent's execution at `s` waits for, as soon as it is there. */
async function childOf(deps: Embedded, id: string): Promise<Job> {
  return eventually("the child is there", async () => {
    const called = (await stored(deps.store, id)).tasks.find(({ path }) => path === "s")?.child;
    return called !== undefined && deps.store.jobs.get(called.id);
  });
}

/** Another process that does at once whatever is owed, as if it had been left behind. */
async function sweeping(
  workflows: readonly Workflow[],
  place: Embedded["place"],
  clockOffsetMs = () => 0,
): Promise<Embedded> {
  const deps = await embedded(workflows, { place, clockOffsetMs });
  const settings = { sweepMs: 20, leaseMs: 600_000, owedForMs: 0, retentionMs: 0, idempotencyWindowMs: 0 };
  const sweeper = new Sweeper(deps, settings, new MemoryLog());
  sweeper.begin();
  onTestFinished(() => sweeper.stop());
  return deps;
}

test.concurrent("a child runs with the input that its parent gives it, and the parent goes on with its output", async () => {
  const deps = await embedded([parent, child]);
  const attempts = new Attempts(({ execution }) => ({
    kind: "succeeded",
    result: { response: { body: `did ${execution.name}` } },
  }));
  await startWorker(deps, attempts.run);
  const id = await start(deps, "parent", { who: "Ada" });
  const job = await ended(deps, id);
  const called = await childOf(deps, id);
  expect(called).toMatchObject({
    status: "completed",
    input: { who: "Ada" },
    parent: { id, run: 1, path: "s", depth: 1 },
  });
  expect(job).toMatchObject({ status: "completed", tasks: [{ path: "s", status: "completed" }, { path: "t" }] });
  expect(job.tasks[0]?.result?.response).toEqual({
    json: { "task 0": { body: "did task 0" }, "task 1": { body: "did task 1" } },
  });
  for (const { id: one } of [job, called]) await until(deps, one, ({ effects }) => effects === undefined);
});

test.concurrent("a parent that waits holds no worker, and is due at no time", async () => {
  const deps = await embedded([parent, child]);
  const attempts = new Attempts();
  await startWorker(deps, attempts.run);
  const id = await start(deps, "parent", { who: "Ada" });
  await attempts.next();
  const job = await stored(deps.store, id);
  expect(job).toMatchObject({ status: "running", readyAt: never });
  expect(job).not.toHaveProperty("lease");
  attempts.answer(() => success);
  expect(await ended(deps, id)).toMatchObject({ status: "completed" });
});

test.concurrent("what fails in a child fails its parent, with the reason; a retry of the parent goes on where the child failed", async () => {
  const deps = await embedded([parent, child]);
  const refused = { kind: "failed", error: { code: "refused", message: "no room" }, retryable: false } as const;
  const attempts = new Attempts(({ execution }) => (execution.path === "1" ? refused : success));
  await startWorker(deps, attempts.run);
  const id = await start(deps, "parent", { who: "Ada" });
  expect(await ended(deps, id)).toMatchObject({
    status: "failed",
    error: {
      code: "child_failed",
      message: expect.stringMatching(/workflow child is failed: no room \(refused\)/) as string,
    },
  });
  const called = await childOf(deps, id);
  attempts.answer(() => success);
  await retryJob(deps, id, by);
  expect(await ended(deps, id)).toMatchObject({ status: "completed" });
  expect((await childOf(deps, id)).id).toBe(called.id);
  expect(attempts.begun.map(({ execution }) => execution.path)).toEqual(["0", "1", "1", "t"]);
});

test.concurrent("where the parent's own retry waits for its delay, the child that failed goes on after that", async () => {
  const hourMs = 3_600_000;
  const patient = workflow(subWorkflow("s", "child", { input: who }), {
    name: "parent",
    retry: { kind: "fixed", retries: 1, delayMs: hourMs },
  });
  const deps = await embedded([patient, child]);
  const refused = { kind: "failed", error: { code: "refused", message: "no room" }, retryable: false } as const;
  await startWorker(deps, new Attempts(() => refused).run);
  const began = Date.now();
  const id = await start(deps, "parent", { who: "Ada" });
  await until(deps, id, ({ retried }) => retried === 1);
  const called = await childOf(deps, id);
  const again = await until(deps, called.id, ({ call }) => call !== undefined);
  expect(again).toMatchObject({ status: "running", tasks: [{ path: "0", status: "scheduled" }] });
  expect(again.readyAt).toBeGreaterThanOrEqual(began + hourMs);
});

test.concurrent("a child that completed after its parent was cancelled has its result taken at once by a retry", async () => {
  const deps = await embedded([parent, child], { delivers: false });
  const id = await start(deps, "parent", { who: "Ada" });
  const other = await sweeping([parent, child], deps.place);
  await childOf(deps, id);
  const attempts = new Attempts(() => success);
  const silent = await embedded([parent, child], { place: deps.place, delivers: false });
  await cancelJob(silent, id, by);
  await retryJob(silent, id, by); // before anybody called the child off
  await startWorker(other, attempts.run);
  expect(await ended(deps, id)).toMatchObject({ status: "completed" });
  expect(attempts.begun.filter(({ job }) => job.id === id)).toHaveLength(1);
});

test.concurrent("a restart of the parent makes a new child", async () => {
  const deps = await embedded([parent, child]);
  const attempts = new Attempts(() => success);
  await startWorker(deps, attempts.run);
  const id = await start(deps, "parent", { who: "Ada" });
  await ended(deps, id);
  const first = await childOf(deps, id);
  await restartJob(deps, id, by);
  await until(deps, id, ({ run, status }) => run === 2 && isFinal(status));
  expect((await childOf(deps, id)).id).not.toBe(first.id);
  expect(attempts.begun).toHaveLength(6);
});

test.concurrent.each([
  ["people cancel", (deps: Embedded, id: string) => cancelJob(deps, id, by), "terminated"],
  [
    "time is over for",
    (deps: Embedded) => sweeping([], deps.place, () => 60_000), // whose clock is that much ahead
    "timed_out",
  ],
] as const)("where %s the parent, children and their children end", async (_what, end, status) => {
  const middle = workflow(subWorkflow("s", "child", { input: who }), { name: "middle", inputParameters: ["who"] });
  const top = workflow(subWorkflow("s", "middle", { input: who }), { name: "top", timeoutMs: 60_000 });
  const deps = await embedded([top, middle, child]);
  const attempts = new Attempts();
  await startWorker(deps, attempts.run, { heartbeatMs: 100 });
  const id = await start(deps, "top", { who: "Ada" });
  const attempt = await attempts.next();
  await end(deps, id);
  expect(await ended(deps, id)).toMatchObject({ status });
  const inside = await childOf(deps, id);
  expect(await ended(deps, inside.id)).toMatchObject({ status: "terminated" });
  expect(await ended(deps, (await childOf(deps, inside.id)).id)).toMatchObject({
    status: "terminated",
    parent: { depth: 2 },
  });
  await eventually("the attempt is aborted", () => attempt.signal.aborted);
});

test.concurrent("a branch that fails ends the child in another", async () => {
  const both = workflow(parallel([subWorkflow("s", "child", { input: who }), task("t")]), { name: "both" });
  const deps = await embedded([both, child]);
  const attempts = new Attempts();
  await startWorker(deps, attempts.run);
  const id = await start(deps, "both", { who: "Ada" });
  const open = await attempts.whenOpen(2);
  open
    .find(({ job }) => job.id === id)
    ?.settle({ kind: "failed", error: { code: "x", message: "y" }, retryable: false });
  expect(await ended(deps, id)).toMatchObject({ status: "failed", error: { code: "x" } });
  expect(await ended(deps, (await childOf(deps, id)).id)).toMatchObject({ status: "terminated" });
});

test.concurrent("a branch that runs in a worker goes on when the child in another ends", async () => {
  const both = workflow(sequence(parallel([subWorkflow("s", "child", { input: who }), task("t")]), task("u")), {
    name: "both",
  });
  const deps = await embedded([both, child]);
  const attempts = new Attempts();
  await startWorker(deps, attempts.run);
  const id = await start(deps, "both", { who: "Ada" });
  await attempts.whenOpen(2);
  attempts.answer(({ execution }) => (execution.path === "t" ? undefined : success));
  await until(deps, id, ({ tasks }) => tasks.some(({ path, status }) => path === "s" && status === "completed"));
  attempts.answer(() => success);
  expect(await ended(deps, id)).toMatchObject({ status: "completed" });
  expect(attempts.begun.filter(({ job }) => job.id === id).map(({ execution }) => execution.path)).toEqual(["t", "u"]);
});

test.concurrent("a pause of the parent is not its child's; what the child brings counts when the parent is resumed", async () => {
  const deps = await embedded([parent, child]);
  const attempts = new Attempts();
  await startWorker(deps, attempts.run);
  const id = await start(deps, "parent", { who: "Ada" });
  await attempts.next();
  await pauseJob(deps, id, by);
  attempts.answer(() => success);
  await until(deps, id, ({ tasks }) => tasks[0]?.status === "completed");
  expect(await stored(deps.store, id)).toMatchObject({ status: "paused", readyAt: never });
  await resumeJob(deps, id, by);
  expect(await ended(deps, id)).toMatchObject({ status: "completed" });
});

test.concurrent.each([
  [
    "is not known",
    workflow(subWorkflow("s", "nobody"), { name: "parent" }),
    /nobody could not be started: Workflow not found/,
  ],
  [
    "misses an input",
    workflow(subWorkflow("s", "child"), { name: "parent" }),
    /child could not be started: Missing input parameters: \[who\]/,
  ],
  [
    "has no such version",
    workflow(subWorkflow("s", "child", { version: 9 }), { name: "parent" }),
    /child version 9 could not/,
  ],
])("a child whose workflow %s fails the execution that waits for it", async (_what, model, message) => {
  const deps = await embedded([model, child]);
  const id = await start(deps, "parent");
  expect(await ended(deps, id)).toMatchObject({
    status: "failed",
    tasks: [
      { status: "failed", error: { code: "child_not_started", message: expect.stringMatching(message) as string } },
    ],
  });
});

test.concurrent("a process that dies between the parent's step and the child's start loses nothing, nor does one that dies before the parent heard of the end", async () => {
  const deps = await embedded([parent, child], { delivers: false });
  const attempts = new Attempts(() => success);
  await startWorker(deps, attempts.run);
  const id = await start(deps, "parent", { who: "Ada" });
  const called = (await stored(deps.store, id)).tasks[0]?.child?.id ?? "";
  expect(await deps.store.jobs.get(called)).toBeUndefined();
  await sweeping([parent, child], deps.place);
  await ended(deps, called);
  expect(await ended(deps, id)).toMatchObject({ status: "completed" });
  expect(attempts.begun.map(({ execution }) => execution.path)).toEqual(["0", "1", "t"]);
});

test.concurrent("nothing is done twice where many processes do what is owed at the same time", async () => {
  const many = workflow(sequence(...["s", "t", "u"].map((path) => subWorkflow(path, "child", { input: who }))), {
    name: "many",
  });
  const deps = await embedded([many, child]);
  const attempts = new Attempts(() => success);
  await startWorker(deps, attempts.run);
  for (let other = 0; other < 3; other += 1) await sweeping([], deps.place);
  const ids = await Promise.all(Array.from({ length: 10 }, () => start(deps, "many", { who: "Ada" })));
  for (const id of ids) expect(await ended(deps, id)).toMatchObject({ status: "completed" });
  expect(attempts.begun).toHaveLength(10 * 3 * 2);
});

test.concurrent("a workflow that starts itself stops", async () => {
  const deps = await embedded([workflow(subWorkflow("s", "sample"))]);
  const id = await start(deps);
  const job = await ended(deps, id);
  expect(job).toMatchObject({
    status: "failed",
    error: { code: "child_failed", message: expect.stringMatching(/too_deep/) as string },
  });
  expect((await deps.store.search.find({ limit: 100 })).jobs).toHaveLength(17);
});

test.concurrent("a child that was deleted cannot be called again, and the parent says so", async () => {
  const deps = await embedded([parent, child]);
  const id = await start(deps, "parent", { who: "Ada" });
  const { id: called } = await childOf(deps, id);
  await cancelJob(deps, called, by);
  await ended(deps, id);
  const { version } = await until(deps, called, ({ effects }) => effects === undefined);
  await deps.store.housekeeping.remove({
    id: called,
    expectedVersion: version,
    idempotencyWindowMs: 60_000,
    nowMs: Date.now(),
  });
  await retryJob(deps, id, by);
  expect(await ended(deps, id)).toMatchObject({ status: "failed", tasks: [{ error: { code: "child_gone" } }] });
});
