import { expect, test } from "vitest";
import { TestClock } from "../../support/clocks/test-clock.ts";
import { embedded } from "../../support/embedded.ts";
import { eventually } from "../../support/eventually.ts";
import { sequence, task, workflow } from "../../support/sample-workflow.ts";
import { Attempts, failure, success } from "../../support/worker/attempts.ts";
import {
  ended,
  expireWorker,
  historyTypes,
  onlyWorker,
  start,
  startWorker,
  until,
  workerIds,
} from "../../support/worker/site.ts";

const model = workflow(sequence(task("0", { retry: { kind: "fixed", retries: 3, delayMs: 10 } }), task("1")));

test.concurrent("a worker whose heartbeat is refused aborts everything and registers anew; its jobs run again under a new fence", async () => {
  const deps = await embedded([model]);
  const attempts = new Attempts();
  const { log } = await startWorker(deps, attempts.run, { heartbeatMs: 100 });
  const id = await start(deps);
  const first = await attempts.next();
  const former = await onlyWorker(deps);
  expect(await expireWorker(deps, former)).toBe(1);
  await eventually("the attempt is aborted", () => first.signal.aborted);
  expect(await onlyWorker(deps, former)).not.toBe(former);
  const again = await attempts.next();
  expect(again).toMatchObject({ job: { id, fence: first.job.fence + 1 }, execution: { attempt: 1 } });
  attempts.answer(() => success);
  expect(await ended(deps, id)).toMatchObject({ status: "completed" });
  expect(await historyTypes(deps, id)).toEqual([
    "job_started",
    "worker_lost",
    "task_completed",
    "task_completed",
    "job_completed",
  ]);
  expect(log.messages("warn").filter((message) => message === "worker lost its lease")).toHaveLength(1); // a busy store may give cause for others
});

test.concurrent("the result of a worker whose jobs were given away is refused", async () => {
  const deps = await embedded([model]);
  const stale = new Attempts();
  stale.ignoreAborts();
  await startWorker(deps, stale.run, { concurrency: 1 });
  const id = await start(deps);
  const old = await stale.next();
  await expireWorker(deps, await onlyWorker(deps));
  const other = await embedded([model], { place: deps.place });
  const attempts = new Attempts();
  await startWorker(other, attempts.run);
  const now = await attempts.next();
  const before = await until(deps, id, ({ lostRecorded }) => lostRecorded === 1);
  old.settle(failure());
  await eventually("the old worker has let go", () => stale.open.length === 0);
  now.settle(success);
  (await attempts.next()).settle(success);
  expect(await ended(deps, id)).toMatchObject({
    status: "completed",
    tasks: [{ attempt: 1 }, {}],
    fence: before.fence,
  });
  expect(await historyTypes(deps, id)).not.toContain("attempt_failed");
});

test.concurrent("what a worker runs of jobs that others have now is aborted", async () => {
  const deps = await embedded([model]);
  const stale = new Attempts();
  stale.ignoreAborts();
  await startWorker(deps, stale.run, { concurrency: 1, heartbeatMs: 100, graceMs: 10 });
  await start(deps);
  const old = await stale.next();
  const other = await embedded([model], { place: deps.place });
  const attempts = new Attempts(() => success);
  await startWorker(other, attempts.run);
  const [first] = (await deps.store.workers.list()).filter(({ concurrency }) => concurrency === 1);
  await expireWorker(deps, first?.id ?? "");
  expect(await ended(deps, old.job.id)).toMatchObject({ status: "completed" });
  await eventually("the old attempt is aborted", () => old.signal.aborted);
  old.settle(success); // or the worker would wait for it when it stops
});

test.concurrent("a worker learns from a refused claim, too, that its jobs were given away", async () => {
  const deps = await embedded([model]);
  const attempts = new Attempts();
  await startWorker(deps, attempts.run);
  const id = await start(deps);
  const { signal } = await attempts.next();
  const former = await onlyWorker(deps);
  await expireWorker(deps, former);
  await onlyWorker(deps, former);
  expect(signal.aborted).toBe(true);
  attempts.answer(() => success);
  expect(await ended(deps, id)).toMatchObject({ status: "completed" });
});

test.concurrent("a job that was given away while it waited is not run by its former worker", async () => {
  const clock = new TestClock();
  clock.stop();
  const retried = workflow(task("0", { retry: { kind: "fixed", retries: 3, delayMs: 700 } }));
  const deps = await embedded([retried], { clockOffsetMs: clock.offsetMs });
  const stale = new Attempts(() => failure());
  await startWorker(deps, stale.run, { concurrency: 1, pollMs: 60_000 });
  const id = await start(deps);
  await until(deps, id, (job) => job.tasks[0]?.attempt === 2 && job.lease !== undefined);
  await expireWorker(deps, await onlyWorker(deps));
  const other = await embedded([], { place: deps.place });
  const attempts = new Attempts(() => success);
  await startWorker(other, attempts.run);
  clock.pass(700);
  expect(await ended(deps, id)).toMatchObject({ status: "completed" });
  expect(attempts.begun.map(({ execution }) => execution.attempt)).toEqual([2]);
});

test.concurrent("a task that may run at most once and whose worker is lost fails, and is not called again", async () => {
  const deps = await embedded([workflow(sequence(task("0", { whenLost: "fail" }), task("1")))]);
  const attempts = new Attempts();
  await startWorker(deps, attempts.run, { heartbeatMs: 100 });
  const id = await start(deps);
  await attempts.next();
  await expireWorker(deps, await onlyWorker(deps));
  expect(await ended(deps, id)).toMatchObject({ status: "failed", error: { code: "worker_lost" } });
  expect(attempts.begun).toHaveLength(1);
});

test.concurrent("many losses one after the other leave one living worker, and every job gets done", async () => {
  const deps = await embedded([model]);
  const attempts = new Attempts();
  await startWorker(deps, attempts.run, { concurrency: 4, heartbeatMs: 30, pollMs: 20 });
  const ids = await Promise.all(Array.from({ length: 12 }, () => start(deps)));
  let former: string | undefined;
  for (let round = 0; round < 4; round += 1) {
    former = await onlyWorker(deps, former);
    await eventually("something runs", () => attempts.open.length > 0);
    await expireWorker(deps, former);
  }
  await onlyWorker(deps, former);
  attempts.answer(() => success);
  for (const id of ids) expect(await ended(deps, id)).toMatchObject({ status: "completed" });
  expect(await workerIds(deps)).toHaveLength(1);
});
