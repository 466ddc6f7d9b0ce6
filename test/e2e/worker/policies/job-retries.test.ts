import { expect, test } from "vitest";
import { retryJob } from "../../../../src/jobs/actions/retry.ts";
import { TestClock } from "../../../support/clocks/test-clock.ts";
import { embedded } from "../../../support/embedded.ts";
import { eventually } from "../../../support/eventually.ts";
import { parallel, sequence, task, workflow } from "../../../support/sample-workflow.ts";
import { Attempts, success } from "../../../support/worker/attempts.ts";
import { ended, historyTypes, start, startWorker, until } from "../../../support/worker/site.ts";

const refused = { kind: "failed", error: { code: "x", message: "no" }, retryable: false } as const;
const tree = sequence(task("0"), parallel([task("1"), task("2")], { onFailure: "wait" }), task("3"));

test("a job goes on by itself from what failed, and what was done is not done again", async () => {
  const deps = await embedded([workflow(tree, { retry: { kind: "fixed", retries: 2, delayMs: 20 } })]);
  let failures = 2;
  const attempts = new Attempts(({ execution }) => (execution.path === "2" && failures-- > 0 ? refused : success));
  await startWorker(deps, attempts.run);
  const id = await start(deps);
  const job = await ended(deps, id);
  expect(job).toMatchObject({ status: "completed", run: 1, retried: 2 });
  expect(attempts.begun.map(({ execution }) => execution.path).sort()).toEqual(["0", "1", "2", "2", "2", "3"]);
  const history = (await deps.store.jobs.history(id)) ?? [];
  const retries = history.filter(({ type }) => type === "job_retried");
  expect(retries).toMatchObject([{ error: { code: "x" } }, { error: { code: "x" } }]);
  expect(retries.map(({ at, dueAt = 0 }) => dueAt - at)).toEqual([20, 20]);
});

test("nobody holds a job that waits for its retry, and another worker takes it then", async () => {
  const clock = new TestClock();
  const patient = workflow(tree, { retry: { kind: "fixed", retries: 1, delayMs: 60_000 } });
  const deps = await embedded([patient], { clockOffsetMs: clock.offsetMs });
  let down = true;
  const attempts = new Attempts(({ execution }) => (execution.path === "0" && down ? refused : success));
  const first = await startWorker(deps, attempts.run, { concurrency: 1 });
  const id = await start(deps);
  const waiting = await until(deps, id, ({ lease, retried }) => lease === undefined && retried === 1);
  expect(waiting).toMatchObject({ status: "running", tasks: [{ status: "scheduled", attempt: 2 }] });
  await first.worker.stop();
  down = false;
  clock.pass(60_000);
  await startWorker(deps, attempts.run);
  expect(await ended(deps, id)).toMatchObject({ status: "completed", fence: 2 });
});

test("after its last retry it fails, and people's retry gives it all of them again", async () => {
  const deps = await embedded([workflow(tree, { retry: { kind: "fixed", retries: 1, delayMs: 10 } })]);
  const attempts = new Attempts(() => refused);
  await startWorker(deps, attempts.run);
  const id = await start(deps);
  expect(await ended(deps, id)).toMatchObject({ status: "failed", retried: 1, error: { code: "x" } });
  await retryJob(deps, id, { by: "ada" });
  await until(deps, id, ({ fence, status }) => fence > 2 && status === "failed");
  expect(await historyTypes(deps, id)).toEqual([
    "job_started",
    "task_failed",
    "job_retried",
    "task_failed",
    "job_failed",
    "job_retried",
    "task_failed",
    "job_retried",
    "task_failed",
    "job_failed",
  ]);
});

test("an attempt that a retry of the job replaces is broken off, and the next one begins", async () => {
  const clock = new TestClock();
  clock.stop();
  const slow = task("0", { totalTimeoutMs: 100 });
  const retry = { kind: "fixed", retries: 1, delayMs: 0 } as const;
  const deps = await embedded([workflow(slow, { retry })], { clockOffsetMs: clock.offsetMs });
  const attempts = new Attempts();
  await startWorker(deps, attempts.run);
  const id = await start(deps);
  const first = await attempts.next();
  clock.pass(100);
  await eventually("the second has begun", () => attempts.begun.length === 2);
  expect(first.signal.aborted).toBe(true);
  attempts.answer(() => success);
  expect(await ended(deps, id)).toMatchObject({ status: "completed", tasks: [{ attempt: 2 }] });
});
