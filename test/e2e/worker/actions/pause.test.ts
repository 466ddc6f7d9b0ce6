import { expect, test } from "vitest";
import { pauseJob } from "../../../../src/jobs/actions/pause.ts";
import { resumeJob } from "../../../../src/jobs/actions/resume.ts";
import { TestClock } from "../../../support/clocks/test-clock.ts";
import { embedded } from "../../../support/embedded.ts";
import { eventually } from "../../../support/eventually.ts";
import { sequence, task, workflow } from "../../../support/sample-workflow.ts";
import { Attempts, failure, success } from "../../../support/worker/attempts.ts";
import { ended, expireWorker, historyTypes, start, startWorker, until } from "../../../support/worker/site.ts";

const model = workflow(sequence(task("0"), task("1")));
const by = { by: "ada" };

test("a running attempt of a paused job ends and counts; nothing new begins, and no worker is held until it is resumed", async () => {
  const deps = await embedded([model]);
  const attempts = new Attempts();
  await startWorker(deps, attempts.run, { concurrency: 1 });
  const id = await start(deps);
  const first = await attempts.next();
  expect(await pauseJob(deps, id, by)).toMatchObject({ status: "paused" });
  expect(first.signal.aborted).toBe(false);
  first.settle(success);
  const paused = await until(deps, id, ({ lease }) => lease === undefined);
  expect(paused).toMatchObject({ status: "paused", tasks: [{ status: "completed" }, { status: "scheduled" }] });
  attempts.answer(() => success);
  expect(await ended(deps, await start(deps))).toMatchObject({ status: "completed" }); // the only slot is free
  expect(await deps.store.jobs.get(id)).toEqual(paused);
  await resumeJob(deps, id, { by: "bob" });
  expect(await ended(deps, id)).toMatchObject({ status: "completed" });
  expect(attempts.begun.filter(({ job }) => job.id === id)).toHaveLength(2);
  expect(await historyTypes(deps, id)).toEqual([
    "job_started",
    "job_paused",
    "task_completed",
    "job_resumed",
    "task_completed",
    "job_completed",
  ]);
});

test("a job that is resumed while its attempt runs goes on in the same worker", async () => {
  const deps = await embedded([model]);
  const attempts = new Attempts();
  await startWorker(deps, attempts.run);
  const id = await start(deps);
  const first = await attempts.next();
  await pauseJob(deps, id, by);
  await resumeJob(deps, id, by);
  attempts.answer(() => success);
  expect(await ended(deps, id)).toMatchObject({ status: "completed", fence: 1 });
  expect(attempts.begun).toHaveLength(2);
  expect(first.signal.aborted).toBe(false);
});

test("a job that waits for a retry in its worker's hands begins no attempt once it is paused", async () => {
  const clock = new TestClock();
  clock.stop();
  const retried = workflow(task("0", { retry: { kind: "fixed", retries: 1, delayMs: 100 } }));
  const deps = await embedded([retried], { clockOffsetMs: clock.offsetMs });
  const attempts = new Attempts(({ execution }) => (execution.attempt === 1 ? failure() : success));
  await startWorker(deps, attempts.run);
  const id = await start(deps);
  await until(deps, id, (job) => job.tasks[0]?.attempt === 2);
  await pauseJob(deps, id, by);
  await until(deps, id, ({ lease }) => lease === undefined);
  clock.pass(100);
  const patience = performance.now() + 300;
  await eventually("it had every chance to begin", () => performance.now() > patience);
  expect(attempts.begun).toHaveLength(1);
  await resumeJob(deps, id, by);
  expect(await ended(deps, id)).toMatchObject({ status: "completed" });
});

test("a worker that got no hint of a pause learns of it with the result of what runs", async () => {
  const deps = await embedded([model]);
  const elsewhere = await embedded([model], { place: deps.place });
  const attempts = new Attempts();
  await startWorker(deps, attempts.run);
  const id = await start(deps);
  const first = await attempts.next();
  await pauseJob(elsewhere, id, by);
  first.settle(success);
  expect(await until(deps, id, ({ lease }) => lease === undefined)).toMatchObject({
    status: "paused",
    tasks: [{ status: "completed" }, { status: "scheduled" }],
  });
  expect(attempts.begun).toHaveLength(1);
});

test("a paused job whose worker is lost waits on, and runs again once it is resumed", async () => {
  const deps = await embedded([model]);
  const attempts = new Attempts();
  await startWorker(deps, attempts.run);
  const id = await start(deps);
  await attempts.next();
  const { lease } = await pauseJob(deps, id, by);
  expect(await expireWorker(deps, lease?.worker ?? "")).toBe(1);
  expect(await until(deps, id, (job) => job.lease === undefined)).toMatchObject({ status: "paused", lost: 1 });
  attempts.answer(() => success); // of no use to this job; and its worker, which begins anew, may take the next one
  const other = new Attempts(() => success);
  await startWorker(deps, other.run);
  expect(await ended(deps, await start(deps))).toMatchObject({ status: "completed" });
  expect(await deps.store.jobs.get(id)).toMatchObject({ status: "paused", fence: 1 });
  await resumeJob(deps, id, by);
  expect(await ended(deps, id)).toMatchObject({ status: "completed" });
});

test("a worker that got no hint learns of a pause with its next heartbeat", async () => {
  const clock = new TestClock();
  clock.stop(); // else the delay might be over before the heartbeat
  const retried = workflow(task("0", { retry: { kind: "fixed", retries: 1, delayMs: 100 } }));
  const deps = await embedded([retried], { clockOffsetMs: clock.offsetMs });
  const elsewhere = await embedded([retried], { place: deps.place });
  const attempts = new Attempts(({ execution }) => (execution.attempt === 1 ? failure() : success));
  await startWorker(deps, attempts.run, { heartbeatMs: 50 });
  const id = await start(deps);
  await until(deps, id, (job) => job.tasks[0]?.attempt === 2);
  await pauseJob(elsewhere, id, by);
  await until(deps, id, ({ lease }) => lease === undefined);
  expect(attempts.begun).toHaveLength(1);
  clock.pass(100);
  await resumeJob(deps, id, by);
  expect(await ended(deps, id)).toMatchObject({ status: "completed" });
});
