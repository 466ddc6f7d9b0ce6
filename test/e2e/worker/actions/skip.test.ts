import { expect, test } from "vitest";
import { skipTask } from "../../../../src/jobs/actions/skip.ts";
import { embedded } from "../../../support/embedded.ts";
import { eventually } from "../../../support/eventually.ts";
import { parallel, sequence, task, workflow } from "../../../support/sample-workflow.ts";
import { Attempts, failure, success } from "../../../support/worker/attempts.ts";
import { ended, historyTypes, start, startWorker, until } from "../../../support/worker/site.ts";

const model = workflow(sequence(task("0"), task("1")));
const by = { by: "ada" };

test("a skip aborts the running attempt, and the job goes on in the same worker", async () => {
  const deps = await embedded([model]);
  const attempts = new Attempts();
  await startWorker(deps, attempts.run, { concurrency: 1 });
  const id = await start(deps);
  const first = await attempts.next();
  await skipTask(deps, id, { ...by, task: "task 0" });
  await eventually("the attempt is aborted", () => first.signal.aborted);
  const second = await attempts.next();
  expect(second.execution.path).toBe("1");
  second.settle(success);
  expect(await ended(deps, id)).toMatchObject({
    status: "completed",
    fence: 1,
    tasks: [{ status: "skipped", skippedBy: "ada" }, { status: "completed" }],
  });
});

test("the result of an attempt that could not be aborted goes to the history only", async () => {
  const deps = await embedded([model]);
  const attempts = new Attempts();
  attempts.ignoreAborts();
  await startWorker(deps, attempts.run);
  const id = await start(deps);
  const first = await attempts.next();
  await skipTask(deps, id, { ...by, task: "0" });
  const [, second] = await attempts.whenOpen(2);
  first.settle({ kind: "succeeded", result: { response: "late" } });
  await until(deps, id, ({ tasks }) => tasks[0]?.lateAt !== undefined);
  second?.settle(success);
  const job = await ended(deps, id);
  expect(job).toMatchObject({ status: "completed", tasks: [{ status: "skipped" }, { status: "completed" }] });
  expect(job.tasks[0]).not.toHaveProperty("result");
  expect(await historyTypes(deps, id)).toEqual([
    "job_started",
    "task_skipped",
    "late_result",
    "task_completed",
    "job_completed",
  ]);
});

test("a worker that got no hint learns of a skip with its next heartbeat", async () => {
  const deps = await embedded([model]);
  const elsewhere = await embedded([model], { place: deps.place });
  const attempts = new Attempts();
  await startWorker(deps, attempts.run, { heartbeatMs: 50 });
  const id = await start(deps);
  const first = await attempts.next();
  await skipTask(elsewhere, id, { ...by, task: "0" });
  await eventually("the attempt is aborted", () => first.signal.aborted);
  (await attempts.next()).settle(success);
  expect(await ended(deps, id)).toMatchObject({ status: "completed" });
});

test("the last task skipped ends the job, its attempt and the hold on its slot", async () => {
  const deps = await embedded([model]);
  const attempts = new Attempts(({ execution }) => (execution.path === "0" ? success : undefined));
  await startWorker(deps, attempts.run, { concurrency: 1 });
  const id = await start(deps);
  const last = await attempts.next();
  expect(await skipTask(deps, id, { ...by, task: "1" })).toMatchObject({ status: "completed" });
  await eventually("the attempt is aborted", () => last.signal.aborted);
  attempts.answer(() => success);
  expect(await ended(deps, await start(deps))).toMatchObject({ status: "completed" });
});

test("a task that waits long for its retry, in nobody's hands, is skipped and what follows runs at once", async () => {
  const slow = workflow(sequence(task("0", { retry: { kind: "fixed", retries: 1, delayMs: 3_600_000 } }), task("1")));
  const deps = await embedded([slow]);
  const attempts = new Attempts(({ execution }) => (execution.path === "0" ? failure() : success));
  await startWorker(deps, attempts.run);
  const id = await start(deps);
  await until(deps, id, ({ lease, tasks }) => lease === undefined && tasks[0]?.attempt === 2);
  await skipTask(deps, id, { ...by, task: "0" });
  expect(await ended(deps, id)).toMatchObject({ status: "completed" });
});

test("of a failed job one task is skipped and the others that did not succeed run again", async () => {
  const wide = workflow(sequence(parallel([task("0"), task("1"), task("2")]), task("3")));
  const deps = await embedded([wide]);
  let down = true;
  const attempts = new Attempts(({ execution }) => {
    if (execution.path === "1" && down) return { ...failure(), retryable: false };
    return down && execution.path !== "0" ? undefined : success;
  });
  await startWorker(deps, attempts.run);
  const id = await start(deps);
  expect(await ended(deps, id)).toMatchObject({ status: "failed" });
  down = false;
  attempts.begun.length = 0;
  await skipTask(deps, id, { ...by, task: "1" });
  const job = await ended(deps, id);
  expect(job).toMatchObject({ status: "completed", run: 1 });
  expect(attempts.begun.map(({ execution }) => execution.path)).toEqual(["2", "3"]);
});
