import { expect, test } from "vitest";
import { retryJob } from "../../../../src/jobs/actions/retry.ts";
import type { Job } from "../../../../src/model/job/job.ts";
import { type Embedded, embedded } from "../../../support/embedded.ts";
import { eventually } from "../../../support/eventually.ts";
import { sequence, task, undoable, workflow } from "../../../support/sample-workflow.ts";
import { Attempts, success } from "../../../support/worker/attempts.ts";
import { ended, start, startWorker, until } from "../../../support/worker/site.ts";

const refused = { kind: "failed", error: { code: "x", message: "no" }, retryable: false } as const;
const alert = workflow(task("0"), { name: "alert", inputParameters: ["job", "error"] });
const fragile = workflow(sequence(undoable("0"), task("1")), { onFailure: "alert" });

async function jobsOf(deps: Embedded, name: string): Promise<Job[]> {
  const { jobs } = await deps.store.search.find({ limit: 10, workflow: name });
  return Promise.all(jobs.map(async ({ id }) => (await deps.store.jobs.get(id)) as Job));
}

test("when a job has failed, and undone what it did, one of another workflow is started and told of it, once a run", async () => {
  const deps = await embedded([fragile, alert]);
  const attempts = new Attempts(({ workflow: { name }, execution }) =>
    name === "sample" && execution.path === "1" ? refused : success,
  );
  await startWorker(deps, attempts.run);
  const id = await start(deps, "sample", { who: "you" });
  await ended(deps, id);
  await until(deps, id, ({ effects }) => effects === undefined);
  const [told] = await jobsOf(deps, "alert");
  expect(told?.input).toEqual({
    job: id,
    workflow: "sample",
    version: 1,
    run: 1,
    status: "failed",
    error: { code: "x", message: "no" },
    input: { who: "you" },
  });
  const named = { type: "failure_job_started", job: told?.id, workflow: "alert" };
  expect((await deps.store.jobs.history(id))?.at(-1)).toMatchObject(named);
  expect(await ended(deps, told?.id ?? "")).toMatchObject({ status: "completed" });
  const order = attempts.begun.map(({ workflow: { name }, execution: { path } }) => `${name} ${path}`);
  expect(order).toEqual(["sample 0", "sample 1", "sample undo:0", "alert 0"]);
  await retryJob(deps, id, { by: "ada" });
  await until(deps, id, ({ status, effects, fence }) => status === "failed" && effects === undefined && fence > 1);
  expect(await jobsOf(deps, "alert")).toHaveLength(1);
});

test("a job whose input was nearly as large as may be is told of as well, without the largest of its inputs", async () => {
  const deps = await embedded([fragile, alert], { limits: { maxInputBytes: 300 } });
  const attempts = new Attempts(({ workflow: { name } }) => (name === "sample" ? refused : success));
  await startWorker(deps, attempts.run);
  const id = await start(deps, "sample", { who: "you", body: "x".repeat(250) });
  await ended(deps, id);
  await until(deps, id, ({ effects }) => effects === undefined);
  const [told] = await jobsOf(deps, "alert");
  expect(told?.input).toMatchObject({ job: id, input: { who: "you" }, omittedInputs: 1 });
});

test("a workflow that there is not is told in the history, and not tried for ever", async () => {
  const deps = await embedded([fragile]);
  await startWorker(deps, new Attempts(() => refused).run);
  const id = await start(deps);
  await ended(deps, id);
  await until(deps, id, ({ effects }) => effects === undefined);
  expect((await deps.store.jobs.history(id))?.at(-1)).toMatchObject({
    type: "start_refused",
    error: { message: expect.stringContaining("Workflow alert could not be started: Workflow not found") },
  });
});

test("workflows that name each other come to an end", async () => {
  const one = workflow(task("0"), { name: "one", onFailure: "two" });
  const two = workflow(task("0"), { name: "two", onFailure: "one" });
  const deps = await embedded([one, two]);
  await startWorker(deps, new Attempts(() => refused).run);
  await start(deps, "one");
  const all = await allFailed(deps);
  expect(all.map(({ workflow: { name }, afterFailures = 0 }) => `${name} ${afterFailures}`).toSorted()).toEqual([
    "one 0",
    "one 2",
    "two 1",
    "two 3",
  ]);
});

/** Both kinds of jobs, when the last that may be started has failed. */
async function allFailed(deps: Embedded): Promise<Job[]> {
  return eventually("the last has failed", async () => {
    const all = [...(await jobsOf(deps, "one")), ...(await jobsOf(deps, "two"))];
    return all.some(({ afterFailures, status }) => afterFailures === 3 && status === "failed") && all;
  });
}
