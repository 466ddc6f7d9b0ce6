import { expect, test } from "vitest";
import { cancelJob } from "../../../../src/jobs/actions/cancel.ts";
import { deleteJob } from "../../../../src/jobs/actions/delete.ts";
import { retryJob } from "../../../../src/jobs/actions/retry.ts";
import { embedded } from "../../../support/embedded.ts";
import { changeOf } from "../../../support/jobs.ts";
import { sequence, task, workflow } from "../../../support/sample-workflow.ts";
import { byHand } from "../../../support/store/by-hand.ts";
import { stored } from "../../../support/store/fresh-store.ts";
import { Attempts, failure, success } from "../../../support/worker/attempts.ts";
import { ended, historyTypes, start, startWorker } from "../../../support/worker/site.ts";

const large = "x".repeat(100_000);
const two = workflow(sequence(task("0"), task("1")));
const reason = (what: string) => ({
  status: "failed",
  error: {
    code: "job_incomplete",
    message: expect.stringMatching(`could not be continued: The store lacks a part of job .*${what}`) as string,
  },
});

test("a job whose input is gone fails with the reason when a worker takes it, and the worker goes on", async () => {
  const deps = await embedded([two]);
  const lacking = await start(deps, "sample", { large });
  await byHand(deps.place).withoutLongTexts(lacking);
  const attempts = new Attempts(() => success);
  const { log } = await startWorker(deps, attempts.run, { concurrency: 1, errorsExpected: true });
  expect(await ended(deps, lacking)).toMatchObject(reason("its input"));
  expect(await historyTypes(deps, lacking)).toContain("job_failed");
  expect(await ended(deps, await start(deps, "sample", { large }))).toMatchObject({ status: "completed" });
  expect(attempts.begun).toHaveLength(2);
  expect(log.messages("error")).toEqual(["a job lacks a part"]);
});

test("so does one whose task's result is gone, and nothing is called once more for it", async () => {
  const deps = await embedded([two]);
  const id = await start(deps);
  const attempts = new Attempts();
  const first = await startWorker(deps, attempts.run, { concurrency: 1 });
  (await attempts.next()).settle({ kind: "succeeded", result: { response: { large } } });
  await attempts.whenOpen(1);
  const stopping = first.worker.stop(); // it waits for the second task
  await attempts.whenOpen(1);
  attempts.answer(() => ({ kind: "interrupted" }));
  await stopping;
  await byHand(deps.place).withoutLongTexts(id);
  const later = new Attempts(() => success);
  await startWorker(deps, later.run, { errorsExpected: true });
  expect(await ended(deps, id)).toMatchObject(reason("task"));
  expect(later.begun).toEqual([]);
});

test("a job of which all tasks are gone fails with the reason instead of staying with its worker", async () => {
  const deps = await embedded([two]);
  const id = await start(deps);
  await byHand(deps.place).withoutTasks(id);
  const attempts = new Attempts(() => success);
  await startWorker(deps, attempts.run, { errorsExpected: true });
  expect(await ended(deps, id)).toMatchObject(reason("the tasks that it is at"));
  expect(attempts.begun).toEqual([]);
});

test("a job that had begun when its tasks went is not retried, so that nothing is called once more, and can be deleted", async () => {
  const deps = await embedded([two]);
  const id = await start(deps);
  const attempts = new Attempts(({ execution }) => (execution.path === "0" ? success : failure()));
  await startWorker(deps, attempts.run);
  expect(await ended(deps, id)).toMatchObject({ status: "failed" });
  await byHand(deps.place).withoutTasks(id);
  await expect(retryJob(deps, id, { by: "ada" })).rejects.toMatchObject({
    code: "job_incomplete",
    message: expect.stringContaining("its tasks") as string,
  });
  await deleteJob(deps, id, 0);
});

test.each(["definition", "input"])(
  "a job that is cancelled without its %s is found by its inputs still",
  async (what) => {
    const deps = await embedded([
      workflow(task("0"), { optionalParameters: ["customer", "large"], searchable: ["customer"] }),
    ]);
    const id = await start(deps, "sample", { customer: "c42", large });
    const people = byHand(deps.place);
    await (what === "input" ? people.withoutLongTexts(id) : people.withoutDefinition("sample"));
    await cancelJob(await embedded([], { place: deps.place }), id, { by: "ada" });
    const { jobs } = await deps.store.search.find({ labels: ["input:customer=c42"], limit: 2 });
    expect(jobs).toMatchObject([{ id, status: "terminated" }]);
  },
);

test("a job that others changed while its text went fails when its worker comes to know", async () => {
  const deps = await embedded([two]);
  const id = await start(deps, "sample", { large });
  const attempts = new Attempts();
  const { log } = await startWorker(deps, attempts.run, { errorsExpected: true });
  const attempt = await attempts.next();
  const { lease: _lease, ...job } = await stored(deps.store, id);
  await deps.store.jobs.commit([changeOf(job, { lease: "keep" })]);
  await byHand(deps.place).withoutLongTexts(id);
  attempt.settle(success);
  expect(await ended(deps, id)).toMatchObject(reason("its input"));
  expect(log.messages("error")).toEqual(["a job could not be continued"]);
});
