import { expect, test } from "vitest";
import { embedded } from "../../support/embedded.ts";
import { eventually } from "../../support/eventually.ts";
import { task, workflow } from "../../support/sample-workflow.ts";
import { Attempts, type OpenAttempt, success } from "../../support/worker/attempts.ts";
import {
  allEnded,
  ended,
  expireWorker,
  historyTypes,
  onlyWorker,
  start,
  startWorker,
} from "../../support/worker/site.ts";

const poison = workflow(task("0"), { name: "poison" });
const healthy = workflow(task("0"), { name: "healthy" });
const quick = { concurrency: 4, heartbeatMs: 50 };

test("a job that loses worker after worker fails; the others get done", async () => {
  const deps = await embedded([poison, healthy], { limits: { maxLost: 3 } });
  const attempts = new Attempts(({ workflow: { name } }) => (name === "healthy" ? success : undefined));
  await startWorker(deps, attempts.run, quick);
  const id = await start(deps, "poison");
  let former: string | undefined;
  for (let loss = 1; loss <= 3; loss += 1) {
    await attempts.next();
    former = await onlyWorker(deps, former);
    await expireWorker(deps, former);
    await eventually("the attempt is aborted", () => attempts.open.length === 0);
    expect(await ended(deps, await start(deps, "healthy"))).toMatchObject({ status: "completed" });
  }
  expect(await ended(deps, id)).toMatchObject({ status: "failed", error: { code: "worker_lost" }, lost: 3 });
  expect(attempts.begun.filter(({ job }) => job.id === id)).toHaveLength(3);
  expect(await historyTypes(deps, id)).toEqual([
    "job_started",
    "worker_lost",
    "worker_lost",
    "worker_lost",
    "task_cancelled",
    "job_failed",
  ]);
});

test("a job that lost two workers runs alone in its worker, and then others run again", async () => {
  const deps = await embedded([poison, healthy]);
  const attempts = new Attempts();
  const { worker } = await startWorker(deps, attempts.run, quick);
  const id = await start(deps, "poison");
  let former: string | undefined;
  for (let loss = 1; loss <= 2; loss += 1) {
    await attempts.next();
    former = await onlyWorker(deps, former);
    await expireWorker(deps, former);
    await eventually("the attempt is aborted", () => attempts.open.length === 0);
  }
  const suspect = await attempts.next();
  expect(suspect.job).toMatchObject({ id, lost: 2 });
  const local = { ...deps, placement: worker };
  const waiting = [await start(deps, "healthy"), await start(local, "healthy")];
  deps.notifier.publish({ kind: "ready" });
  const patience = performance.now() + 300;
  await eventually("the healthy ones had every chance", () => performance.now() > patience);
  expect(attempts.open).toHaveLength(1);
  suspect.settle(success);
  await ended(deps, id);
  await attempts.whenOpen(2);
  attempts.answer(() => success);
  for (const job of await allEnded(deps, waiting)) expect(job.status).toBe("completed");
});

test("a worker that is never empty makes room for a suspect", async () => {
  const deps = await embedded([poison, healthy]);
  const attempts = new Attempts();
  await startWorker(deps, attempts.run, quick);
  const id = await start(deps, "poison");
  for (let loss = 1, former: string | undefined; loss <= 2; loss += 1) {
    await attempts.next();
    former = await onlyWorker(deps, former);
    if (loss === 2) {
      await start(deps, "healthy"); // is lost once: no suspect, and keeps the worker from being empty
      await attempts.whenOpen(2);
    }
    await expireWorker(deps, former);
    await eventually("the attempts are aborted", () => attempts.open.length === 0);
  }
  const seen = new Map<OpenAttempt, number>();
  let idle = 0;
  await eventually(
    "the suspect runs, alone, though there always are others",
    async () => {
      if (attempts.open.some(({ job }) => job.id === id)) return attempts.open.length === 1;
      if (attempts.open.length === 0 && seen.size > 0) idle += 1;
      for (const open of attempts.open) {
        const times = (seen.get(open) ?? 0) + 1;
        seen.set(open, times);
        if (times > 4) open.settle(success);
      }
      await start(deps, "healthy");
      return false;
    },
    { everyMs: 50 },
  );
  expect(idle, "looks that found the worker empty").toBeLessThan(5);
  attempts.answer(() => success);
  expect(await ended(deps, id)).toMatchObject({ status: "completed" });
});
