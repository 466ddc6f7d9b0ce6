import { describe, expect, test } from "vitest";
import { retryJob } from "../../../../src/jobs/actions/retry.ts";
import { tellJob } from "../../../../src/jobs/actions/tell.ts";
import { never } from "../../../../src/model/job/job.ts";
import { TestClock } from "../../../support/clocks/test-clock.ts";
import { embedded } from "../../../support/embedded.ts";
import {
  choice,
  fanOut,
  loop,
  parallel,
  sequence,
  setVariable,
  task,
  terminate,
  valueOf,
  wait,
  workflow,
} from "../../../support/sample-workflow.ts";
import { Attempts, success } from "../../../support/worker/attempts.ts";
import {
  ended,
  expireWorker,
  historyTypes,
  onlyWorker,
  start,
  startWorker,
  until,
} from "../../../support/worker/site.ts";

function pathsOf(job: { tasks: readonly { path: string; iteration: number; status: string }[] }): string[] {
  return job.tasks.map(({ path, iteration, status }) => `${path}${iteration === 0 ? "" : `#${iteration}`} ${status}`);
}

test("a job goes through choices, loops, variables and a list, in the order that its results ask for", async () => {
  const pages = loop("0", task("0/0", { name: "page" }), {
    while: { op: "less", left: valueOf("turn", ""), right: 2 },
  });
  const many = { op: "holds", value: valueOf("variable", "many") } as const;
  const model = workflow(
    sequence(
      pages,
      setVariable("1", { many: valueOf("input", "many") }),
      choice("2", [[many, fanOut("2/0", "list", task("2/0/0"))]], task("2/1")),
      task("3"),
    ),
  );
  const deps = await embedded([model]);
  const attempts = new Attempts(() => success);
  await startWorker(deps, attempts.run);
  const [many1, few] = await Promise.all([
    start(deps, "sample", { many: true, list: ["a", "b"] }),
    start(deps, "sample", { many: false }),
  ]);
  expect(pathsOf(await ended(deps, few))).toEqual([
    "0/0 completed",
    "0 completed",
    "0/0#1 completed",
    "0#1 completed",
    "0/0#2 completed",
    "0#2 completed",
    "1 completed",
    "2 completed",
    "2/1 completed",
    "3 completed",
  ]);
  const job = await ended(deps, many1);
  expect(pathsOf(job)).toContain("2/0/0#1 completed");
  expect(pathsOf(job)).not.toContain("2/1 completed");
  expect(await deps.store.jobs.get(many1)).toEqual(job);
});

test("each branch of a list has a key of its own, the same for all its attempts", async () => {
  const retry = { kind: "fixed", retries: 1, delayMs: 0 } as const;
  const deps = await embedded([workflow(fanOut("0", "list", task("0/0", { retry })))]);
  const attempts = new Attempts(({ execution }) =>
    execution.attempt === 1
      ? { kind: "failed", error: { code: "refused", message: "not now" }, retryable: true }
      : success,
  );
  await startWorker(deps, attempts.run);
  const job = await ended(deps, await start(deps, "sample", { list: [1, 2, 3] }));
  expect(job.status).toBe("completed");
  const made = attempts.begun.map(({ execution: { iteration, attempt } }) => `${iteration}.${attempt}`);
  expect(new Set(made)).toEqual(new Set(["0.1", "0.2", "1.1", "1.2", "2.1", "2.2"]));
});

describe("a job that waits", () => {
  test("for a time holds neither worker nor slot, and goes on by itself", async () => {
    const clock = new TestClock();
    clock.stop();
    const waiting = workflow(sequence(wait("0", { durationMs: 60_000 }), task("1")));
    const deps = await embedded([waiting, workflow(task("0"), { name: "other" })], { clockOffsetMs: clock.offsetMs });
    const attempts = new Attempts(() => success);
    await startWorker(deps, attempts.run, { concurrency: 1 });
    const id = await start(deps);
    expect(await ended(deps, await start(deps, "other"))).toMatchObject({ status: "completed" });
    expect(await until(deps, id, ({ lease }) => lease === undefined)).toMatchObject({ tasks: [{ path: "0" }] });
    clock.pass(60_000);
    const job = await ended(deps, id);
    expect(job.status).toBe("completed");
    const [waited] = job.tasks;
    expect((waited?.finishedAt ?? 0) - (waited?.scheduledAt ?? 0)).toBeGreaterThanOrEqual(60_000);
  });

  test("for an event goes on when it is told, also while another branch of it runs", async () => {
    const model = workflow(parallel([sequence(wait("0", { event: "paid" }), task("1")), task("2")]));
    const deps = await embedded([model]);
    const attempts = new Attempts();
    await startWorker(deps, attempts.run);
    const id = await start(deps);
    const running = await attempts.next();
    await tellJob(deps, id, { event: "paid", data: { sum: 3 }, by: "ada" });
    await attempts.whenOpen(2);
    expect(running.signal.aborted).toBe(false);
    attempts.answer(() => success);
    const job = await ended(deps, id);
    expect(job).toMatchObject({ status: "completed", fence: 1 });
    expect(job.tasks[0]).toMatchObject({ result: { response: { json: { sum: 3 } } } });
  });

  test("for an event alone is due for nobody, and any worker takes it once it is told", async () => {
    const deps = await embedded([workflow(sequence(wait("0", { event: "paid" }), task("1")))]);
    const attempts = new Attempts(() => success);
    await startWorker(deps, attempts.run);
    const id = await start(deps);
    const waiting = await until(deps, id, ({ lease }) => lease === undefined);
    expect(waiting.readyAt).toBe(never);
    const once = { event: "paid", data: null, by: "ada", idempotencyKey: "k" };
    const told = await Promise.all([tellJob(deps, id, once), tellJob(deps, id, once)]);
    expect(told.filter(({ replayed }) => replayed)).toHaveLength(1);
    expect(await ended(deps, id)).toMatchObject({ status: "completed" });
    await expect(tellJob(deps, id, { ...once, idempotencyKey: "l" })).rejects.toMatchObject({
      code: "not_allowed_in_state",
    });
  });

  test("says so to who tells it of something else", async () => {
    const deps = await embedded([workflow(wait("0", { event: "paid" }))]);
    const id = await start(deps);
    await expect(tellJob(deps, id, { event: "sent", data: null, by: "ada" })).rejects.toMatchObject({
      code: "not_awaited",
      message: expect.stringContaining('"sent"'),
    });
  });

  test("fails when its event does not come in time, and waits anew after a retry", async () => {
    const clock = new TestClock();
    clock.stop();
    const model = workflow(sequence(wait("0", { event: "paid", timeoutMs: 60_000 }), task("1")));
    const deps = await embedded([model], { clockOffsetMs: clock.offsetMs });
    await startWorker(deps, new Attempts(() => success).run);
    const id = await start(deps);
    clock.pass(60_000);
    expect(await ended(deps, id)).toMatchObject({ status: "failed", error: { code: "task_timeout" } });
    await retryJob(deps, id, { by: "ada" });
    await tellJob(deps, id, { event: "paid", data: null, by: "ada" });
    expect(await ended(deps, id)).toMatchObject({ status: "completed" });
  });

  test("waits on when its worker is lost", async () => {
    const model = workflow(parallel([wait("0", { event: "paid" }), task("1")]));
    const deps = await embedded([model]);
    const attempts = new Attempts();
    await startWorker(deps, attempts.run);
    const id = await start(deps);
    await attempts.next();
    await expireWorker(deps, await onlyWorker(deps));
    attempts.answer(() => success);
    const waiting = await until(
      deps,
      id,
      ({ lease, lost, tasks }) => lease === undefined && lost === 0 && tasks[1]?.status === "completed",
    );
    expect(waiting.readyAt).toBe(never);
    await tellJob(deps, id, { event: "paid", data: null, by: "ada" });
    expect(await ended(deps, id)).toMatchObject({ status: "completed" });
    expect(await historyTypes(deps, id)).toContain("worker_lost");
  });
});

test("a job that ends itself aborts what else runs of it", async () => {
  const model = workflow(parallel([sequence(task("0"), terminate("1", "failed", "no stock")), task("2")]));
  const deps = await embedded([model]);
  const attempts = new Attempts();
  await startWorker(deps, attempts.run);
  const id = await start(deps);
  await attempts.whenOpen(2);
  attempts.open.find(({ execution }) => execution.path === "0")?.settle(success);
  expect(await ended(deps, id)).toMatchObject({
    status: "failed",
    error: { code: "ended_by_workflow", message: "no stock" },
  });
  expect(attempts.aborted.length + attempts.open.length).toBeLessThanOrEqual(1);
});
