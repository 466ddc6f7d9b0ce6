import { expect, test } from "vitest";
import { cancelJob } from "../../../../src/jobs/actions/cancel.ts";
import { retryJob } from "../../../../src/jobs/actions/retry.ts";
import { startJob } from "../../../../src/jobs/start.ts";
import { type Embedded, embedded } from "../../../support/embedded.ts";
import { eventually } from "../../../support/eventually.ts";
import { sequence, subWorkflow, task, workflow } from "../../../support/sample-workflow.ts";
import { Attempts, failure, success } from "../../../support/worker/attempts.ts";
import { ended, start, startWorker } from "../../../support/worker/site.ts";

const hourMs = 3_600_000;
const passing = workflow(sequence(task("0"), task("1")), { name: "passing", ephemeral: true });

function gone(deps: Embedded, id: string): Promise<unknown> {
  return eventually("the job is gone", async () => (await deps.store.jobs.get(id)) === undefined);
}

test("a completed job is removed with its history; started again under its key, it is that job and does not run again", async () => {
  const deps = await embedded([passing]);
  const attempts = new Attempts(() => success);
  const { worker } = await startWorker(deps, attempts.run);
  for (const placement of [undefined, worker]) {
    const at = placement === undefined ? deps : { ...deps, placement };
    const ask = {
      workflow: "passing",
      input: { n: placement === undefined ? 1 : 2 },
      idempotencyKey: `k${attempts.begun.length}`,
    };
    const started = await startJob(at, ask);
    expect(started).toMatchObject({ replayed: false, ephemeral: true });
    await gone(deps, started.id);
    expect(await deps.store.jobs.history(started.id)).toBeUndefined();
    expect(await startJob(at, ask)).toEqual({ id: started.id, replayed: true, ephemeral: true });
    await expect(startJob(at, { ...ask, input: {} })).rejects.toMatchObject({ code: "idempotency_conflict" });
  }
  expect(attempts.begun).toHaveLength(4);
  expect((await deps.store.search.find({ limit: 10 })).jobs).toEqual([]);
});

test("a key is free again when its window is over", async () => {
  const deps = await embedded([passing], { ephemeral: { idempotencyWindowMs: 0 } });
  const attempts = new Attempts(() => success);
  await startWorker(deps, attempts.run);
  const ask = { workflow: "passing", input: {}, idempotencyKey: "k" };
  const { id } = await startJob(deps, ask);
  await gone(deps, id);
  await eventually("it is started anew", async () => !(await startJob(deps, ask)).replayed);
});

test("a failed job is kept, and goes when it has completed after a retry", async () => {
  const deps = await embedded([passing]);
  const attempts = new Attempts(() => failure());
  await startWorker(deps, attempts.run);
  const id = await start(deps, "passing");
  expect(await ended(deps, id)).toMatchObject({ status: "failed", error: { code: "refused" } });
  attempts.answer(() => success);
  await retryJob(deps, id, { by: "ada" });
  await gone(deps, id);
});

test("keep_ephemeral keeps completed jobs like any other", async () => {
  const deps = await embedded([passing], { ephemeral: { keep: true } });
  await startWorker(deps, new Attempts(() => success).run);
  const started = await startJob(deps, { workflow: "passing", input: {} });
  expect(started).not.toHaveProperty("ephemeral");
  expect(await ended(deps, started.id)).toMatchObject({ status: "completed" });
});

test("a job that is over with its start is removed, too", async () => {
  const deps = await embedded([workflow(sequence(), { name: "empty", ephemeral: true })]);
  await gone(deps, await start(deps, "empty"));
});

test("an ephemeral child gives its parent its result before it goes", async () => {
  const child = workflow(task("0"), { name: "child", ephemeral: true });
  const parent = workflow(sequence(subWorkflow("s", "child"), task("t")), { name: "parent" });
  const deps = await embedded([parent, child]);
  await startWorker(deps, new Attempts(() => success).run);
  const job = await ended(deps, await start(deps, "parent"));
  expect(job).toMatchObject({
    status: "completed",
    tasks: [{ result: { response: { json: { "task 0": "done" } } } }, {}],
  });
  await gone(deps, job.tasks[0]?.child?.id ?? "");
});

test("the result of an ephemeral child that its parent did not wait for any more is there when the parent is retried", async () => {
  const child = workflow(task("0"), { name: "child", ephemeral: true });
  const parent = workflow(sequence(subWorkflow("s", "child"), task("t")), { name: "parent" });
  const dead = await embedded([parent, child], { delivers: false });
  const id = await start(dead, "parent");
  const deps = await embedded([parent, child], { place: dead.place });
  const attempts = new Attempts();
  await deps.delivery?.catchUp(id);
  await startWorker(deps, attempts.run);
  const open = await attempts.next();
  // The parent ends in a process that dies before it calls off the child; the child completes meanwhile.
  await cancelJob(dead, id, { by: "ada" });
  open.settle(success);
  const childId = open.job.id;
  expect(await ended(deps, childId)).toMatchObject({ status: "completed" });
  await eventually("it has told its end", async () => (await deps.store.jobs.get(childId))?.effects === undefined);
  attempts.answer(() => success);
  await retryJob(deps, id, { by: "ada" });
  expect(
    await eventually("the parent is done", async () => {
      const job = await deps.store.jobs.get(id);
      return job?.status === "completed" && job;
    }),
  ).toMatchObject({ tasks: [{ status: "completed" }, { status: "completed" }] });
});

test.each([
  { what: "with tasks", model: passing },
  { what: "that is over with its start", model: workflow(sequence(), { name: "passing", ephemeral: true }) },
])(
  "a job $what that another owes is started once, also where keys are forgotten with their jobs",
  async ({ model }) => {
    const deps = await embedded([model], { ephemeral: { idempotencyWindowMs: 0 } });
    const attempts = new Attempts(() => success);
    await startWorker(deps, attempts.run);
    const owed = { id: "a".repeat(24), afterFailures: 1 } as const;
    await startJob(deps, { workflow: "passing", input: {} }, owed);
    await gone(deps, owed.id);
    const begun = attempts.begun.length;
    await deps.store.housekeeping.forgetKeys(Date.now() + hourMs, 10);
    expect(await startJob(deps, { workflow: "passing", input: {} }, owed)).toMatchObject({ replayed: true });
    expect(await deps.store.jobs.get(owed.id)).toBeUndefined();
    expect(attempts.begun).toHaveLength(begun);
  },
);
