import { expect, test } from "vitest";
import { cancelJob } from "../../../../src/jobs/actions/cancel.ts";
import { restartJob } from "../../../../src/jobs/actions/restart.ts";
import { retryJob } from "../../../../src/jobs/actions/retry.ts";
import { embedded } from "../../../support/embedded.ts";
import { eventually } from "../../../support/eventually.ts";
import { sequence, task, workflow } from "../../../support/sample-workflow.ts";
import { Attempts, success } from "../../../support/worker/attempts.ts";
import { ended, historyTypes, start, startWorker, until } from "../../../support/worker/site.ts";

const model = workflow(sequence(task("0"), task("1")));
const by = { by: "ada" };
const refused = { kind: "failed", error: { code: "x", message: "no" }, retryable: false } as const;

test("a retry runs what failed and what follows, not what was done", async () => {
  const deps = await embedded([model]);
  let down = true;
  const attempts = new Attempts(({ execution }) => (execution.path === "1" && down ? refused : success));
  await startWorker(deps, attempts.run);
  const id = await start(deps);
  expect(await ended(deps, id)).toMatchObject({ status: "failed" });
  down = false;
  await retryJob(deps, id, by);
  expect(await ended(deps, id)).toMatchObject({ status: "completed", run: 1 });
  expect(attempts.begun.map(({ execution }) => execution.path)).toEqual(["0", "1", "1"]);
  expect((await historyTypes(deps, id)).slice(-4)).toEqual([
    "job_failed",
    "job_retried",
    "task_completed",
    "job_completed",
  ]);
});

test("a restart runs everything once more as the next run, under the same id", async () => {
  const deps = await embedded([model]);
  const attempts = new Attempts(() => success);
  await startWorker(deps, attempts.run);
  const id = await start(deps, "sample", { who: "you" });
  await ended(deps, id);
  expect(await restartJob(deps, id, by)).toMatchObject({ status: "pending", run: 2 });
  expect(await ended(deps, id)).toMatchObject({ status: "completed", run: 2, input: { who: "you" } });
  expect(attempts.begun.map(({ job, execution }) => `${job.run} ${execution.path}`)).toEqual([
    "1 0",
    "1 1",
    "2 0",
    "2 1",
  ]);
});

test("a restart may take another version of the workflow, if there is one and the input is enough for it", async () => {
  const second = workflow(sequence(task("new")), { version: 2 });
  const third = workflow(sequence(task("new")), { version: 3, inputParameters: ["who"] });
  const other = workflow(sequence(task("other")), { name: "other", version: 4 });
  const deps = await embedded([model, second, third, other]);
  const attempts = new Attempts(() => success);
  await startWorker(deps, attempts.run);
  const id = await start(deps, "sample", { who: "you" });
  expect(await ended(deps, id)).toMatchObject({ workflow: { version: 3 } });
  await restartJob(deps, id, { ...by, version: 2 });
  expect(await ended(deps, id)).toMatchObject({ status: "completed", workflow: { version: 2, digest: second.digest } });
  await restartJob(deps, id, { ...by, version: 1 });
  expect(await ended(deps, id)).toMatchObject({ run: 3, workflow: { digest: model.digest } });
  await expect(restartJob(deps, id, { ...by, version: 4 })).rejects.toMatchObject({ code: "workflow_not_found" });
});

test.each([retryJob, restartJob])(
  "a result from before %o never counts, not even for the attempt that has its number",
  async (anew) => {
    const deps = await embedded([model]);
    const deaf = new Attempts();
    deaf.ignoreAborts();
    await startWorker(deps, deaf.run, { concurrency: 2 });
    const id = await start(deps);
    const old = await deaf.next();
    await cancelJob(deps, id, by);
    await eventually("the attempt is told", () => old.signal.aborted);
    await anew(deps, id, by);
    const [, young] = await deaf.whenOpen(2);
    old.settle({ kind: "succeeded", result: { response: "old" } });
    young?.settle({ kind: "succeeded", result: { response: "young" } });
    const job = await until(deps, id, ({ tasks }) => tasks[0]?.status === "completed");
    expect(job.tasks[0]).toMatchObject({ attempt: 1, result: { response: "young" } });
    deaf.answer(() => success);
    expect(await ended(deps, id)).toMatchObject({ status: "completed" });
    expect(await historyTypes(deps, id)).not.toContain("late_result");
  },
);

test("of many who retry at once one does", async () => {
  const deps = await embedded([model]);
  const id = await start(deps);
  await cancelJob(deps, id, by);
  const all = await Promise.allSettled(Array.from({ length: 8 }, () => retryJob(deps, id, by)));
  expect(all.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  expect((await historyTypes(deps, id)).filter((type) => type === "job_retried")).toHaveLength(1);
});
