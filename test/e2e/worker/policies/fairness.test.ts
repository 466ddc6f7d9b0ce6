import { expect, test } from "vitest";
import { explainJob } from "../../../../src/jobs/explain/explain.ts";
import { embedded } from "../../../support/embedded.ts";
import { eventually } from "../../../support/eventually.ts";
import { parallel, task, workflow } from "../../../support/sample-workflow.ts";
import { Attempts, type OpenAttempt, success } from "../../../support/worker/attempts.ts";
import { allEnded, ended, start, startWorker } from "../../../support/worker/site.ts";

const flood = workflow(task("0"), { name: "flood" });
const second = workflow(task("0"), { name: "second" });
const quiet = workflow(task("0"), { name: "quiet" });

/** Everything hangs but what the quiet workflow calls. */
const hanging = () =>
  new Attempts(
    ({ workflow: { name } }) => (name === "quiet" ? success : undefined),
    ({ workflow: { name } }) => (name === "quiet" ? "http://healthy" : "http://hangs"),
  );

function openOf(attempts: Attempts, name: string): number {
  return attempts.open.filter((attempt) => attempt.workflow.name === name).length;
}

test.concurrent("a workflow that is alone uses all slots", async () => {
  const deps = await embedded([flood]);
  const attempts = hanging();
  await startWorker(deps, attempts.run, { concurrency: 10 });
  for (let started = 0; started < 15; started += 1) await start(deps, "flood");
  await attempts.whenOpen(10);
  attempts.answer(() => success);
});

test.concurrent("beside a workflow that hangs with more jobs than there are slots, another one's jobs run at once", async () => {
  const deps = await embedded([flood, quiet]);
  const attempts = hanging();
  const { worker } = await startWorker(deps, attempts.run, { concurrency: 20 });
  const local = { ...deps, placement: worker };
  await ended(deps, await start(local, "quiet"));
  const stuck = [];
  for (let started = 0; started < 60; started += 1) stuck.push(await start(local, "flood"));
  await eventually("the flood has what it may have", () => openOf(attempts, "flood") === 16);
  for (let started = 0; started < 20; started += 1) await ended(deps, await start(deps, "quiet"));
  expect(openOf(attempts, "flood")).toBeLessThanOrEqual(16);
  attempts.answer(() => success);
  for (const job of await allEnded(deps, stuck)) expect(job.status).toBe("completed");
});

test.concurrent("a target that takes only so many calls at once gets no more, and all of them get done", async () => {
  const deps = await embedded([flood, quiet]);
  const attempts = hanging();
  await startWorker(deps, attempts.run, { concurrency: 10, maxCallsPerTarget: 3 });
  const stuck: string[] = [];
  for (let started = 0; started < 8; started += 1) stuck.push(await start(deps, "flood"));
  await attempts.whenOpen(3);
  for (let started = 0; started < 5; started += 1) await ended(deps, await start(deps, "quiet"));
  for (let left = stuck.length; left > 0; left -= 1) {
    const open = await attempts.whenOpen(Math.min(left, 3));
    expect(open.length).toBeLessThanOrEqual(3);
    open[0]?.settle(success);
    await eventually("it has ended", () => !attempts.open.includes(open[0] as OpenAttempt));
  }
  for (const job of await allEnded(deps, stuck)) expect(job).toMatchObject({ status: "completed", lost: 0 });
});

test.concurrent("beside jobs that wait for a target which takes only so many calls, another workflow has the other slots", async () => {
  const deps = await embedded([flood, second]);
  const attempts = new Attempts(undefined, ({ workflow: { name } }) =>
    name === "flood" ? "http://fragile" : undefined,
  );
  for (let started = 0; started < 30; started += 1) {
    await start(deps, "flood");
    await start(deps, "second");
  }
  await startWorker(deps, attempts.run, { concurrency: 20, maxCallsPerTarget: 3 });
  await eventually("it has more than half of them", () => openOf(attempts, "second") > 15);
  expect(openOf(attempts, "flood")).toBe(3);
  attempts.answer(() => success);
});

test.concurrent("two workflows with many jobs have half of the slots each", async () => {
  const deps = await embedded([flood, second]);
  const attempts = new Attempts();
  for (let started = 0; started < 30; started += 1) {
    await start(deps, "flood");
    await start(deps, "second");
  }
  await startWorker(deps, attempts.run, { concurrency: 10 });
  await attempts.whenOpen(10);
  expect([openOf(attempts, "flood"), openOf(attempts, "second")]).toEqual([5, 5]);
  attempts.answer(() => success);
});

test.concurrent("two workflows that call one target which hangs leave slots to a third one", async () => {
  const deps = await embedded([flood, second, quiet]);
  const attempts = hanging();
  await startWorker(deps, attempts.run, { concurrency: 20 });
  await ended(deps, await start(deps, "quiet"));
  const stuck = [];
  for (let started = 0; started < 60; started += 1)
    stuck.push(await start(deps, started % 2 === 0 ? "flood" : "second"));
  await eventually("the target has what it may have", () => attempts.open.length === 16);
  for (let started = 0; started < 20; started += 1) await ended(deps, await start(deps, "quiet"));
  expect(attempts.open.length).toBeLessThanOrEqual(16);
  attempts.answer(() => success);
  for (const job of await allEnded(deps, stuck)) expect(job).toMatchObject({ status: "completed", lost: 0 });
});

test.concurrent("jobs of one workflow whose target hangs do not keep those from running that call another, and are given back meanwhile", async () => {
  const deps = await embedded([flood]);
  const calls = (input: unknown): string => String((input as { host?: string }).host);
  const attempts = new Attempts(
    ({ job }) => (calls(job.input) === "healthy" ? success : undefined),
    ({ job }) => calls(job.input),
  );
  await startWorker(deps, attempts.run, { concurrency: 10 });
  await ended(deps, await start(deps, "flood", { host: "healthy" }));
  const stuck: string[] = [];
  for (let started = 0; started < 20; started += 1) stuck.push(await start(deps, "flood", { host: "hangs" }));
  await eventually("the target has what it may have", () => attempts.open.length === 8);
  for (let started = 0; started < 3; started += 1)
    expect(await ended(deps, await start(deps, "flood", { host: "healthy" }))).toMatchObject({ status: "completed" });
  expect(attempts.open).toHaveLength(8);
  await eventually("a job says that it was given back, and why", async () => {
    for (const id of stuck) if ((await explainJob(deps, id)).waiting?.cause === "crowded") return true;
    return undefined;
  });
  const called = attempts.begun.length;
  attempts.answer(() => success);
  for (const job of await allEnded(deps, stuck)) expect(job).toMatchObject({ status: "completed", lost: 0 });
  expect(attempts.begun.length - called).toBe(12); // none of them twice
});

test.concurrent("branches of one job that call a target which hangs leave slots to its other branches", async () => {
  const branches = Array.from({ length: 30 }, (_, index) => task(String(index)));
  const deps = await embedded([workflow(parallel(branches), { name: "flood" }), quiet]);
  const isHealthy = (path: string): boolean => Number(path) % 10 === 0;
  const attempts = new Attempts(
    ({ node, workflow: { name } }) => (name === "quiet" || isHealthy(node.path) ? success : undefined),
    ({ node, workflow: { name } }) => (name === "quiet" || isHealthy(node.path) ? "http://healthy" : "http://hangs"),
  );
  await startWorker(deps, attempts.run, { concurrency: 10 });
  await ended(deps, await start(deps, "quiet"));
  const id = await start(deps, "flood");
  await eventually(
    "the healthy branches are done",
    () => attempts.begun.filter(({ node }) => isHealthy(node.path)).length === 4,
  );
  await eventually("the others have what they may have", () => attempts.open.length === 8);
  attempts.answer(() => success);
  expect(await ended(deps, id)).toMatchObject({ status: "completed" });
});
