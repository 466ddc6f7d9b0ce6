import { expect, test } from "vitest";
import { largestGroup } from "../../../src/store/suspects.ts";
import { embedded } from "../../support/embedded.ts";
import { eventually } from "../../support/eventually.ts";
import { sequence, task, workflow } from "../../support/sample-workflow.ts";
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
const steps = workflow(sequence(task("0"), task("1"), task("2")), { name: "steps" });
const quick = { concurrency: 4, heartbeatMs: 50 };

test.concurrent("a job that loses worker after worker fails; the others get done", async () => {
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

test.concurrent("a job that lost two workers runs alone in its worker, and then others run again", async () => {
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

test.concurrent("a suspect comes when its delay is over, however seldom the store is polled", async () => {
  const deps = await embedded([poison]);
  const attempts = new Attempts();
  await startWorker(deps, attempts.run, { ...quick, pollMs: 600_000 });
  const id = await start(deps, "poison");
  deps.notifier.publish({ kind: "ready" });
  for (let loss = 1, former: string | undefined; loss <= 2; loss += 1) {
    await attempts.next();
    former = await onlyWorker(deps, former);
    await expireWorker(deps, former);
    await eventually("the attempt is aborted", () => attempts.open.length === 0);
  }
  expect((await attempts.next()).job).toMatchObject({ id, lost: 2 });
  attempts.answer(() => success);
  expect(await ended(deps, id)).toMatchObject({ status: "completed" });
});

test.concurrent("a hundred that were lost twice with one worker are cleared in groups, not one after the other", async () => {
  const deps = await embedded([healthy]);
  const attempts = new Attempts();
  await startWorker(deps, attempts.run, { concurrency: 100, heartbeatMs: 50 });
  const ids = await Promise.all(Array.from({ length: 100 }, () => start(deps, "healthy")));
  for (let loss = 1, former: string | undefined; loss <= 2; loss += 1) {
    await attempts.whenOpen(100);
    former = await onlyWorker(deps, former);
    await expireWorker(deps, former);
    await eventually("the attempts are aborted", () => attempts.open.length === 0);
  }
  let groups = 0;
  for (let cleared = 0; cleared < 100; groups += 1) {
    const group = await eventually("a group runs", () => attempts.open.length > 0 && attempts.open);
    expect(group.length).toBeLessThanOrEqual(largestGroup);
    cleared += group.length;
    for (const open of group) open.settle(success);
  }
  expect(groups).toBeLessThan(20);
  for (const job of await allEnded(deps, ids)) expect(job).toMatchObject({ status: "completed", lost: 0 });
});

test.concurrent("others run again only when each of a group has had its result", async () => {
  const deps = await embedded([poison, healthy]);
  const attempts = new Attempts();
  const { worker } = await startWorker(deps, attempts.run, { ...quick, concurrency: 6 });
  const ids = await Promise.all(Array.from({ length: 3 }, () => start(deps, "poison")));
  for (let loss = 1, former: string | undefined; loss <= 2; loss += 1) {
    await attempts.whenOpen(3);
    former = await onlyWorker(deps, former);
    await expireWorker(deps, former);
    await eventually("the attempts are aborted", () => attempts.open.length === 0);
  }
  const [first, second] = await attempts.whenOpen(2);
  ids.push(await start(deps, "healthy"), await start({ ...deps, placement: worker }, "healthy"));
  first?.settle(success);
  await ended(deps, first?.job.id ?? "");
  const patience = performance.now() + 300;
  await eventually("the others had every chance", () => performance.now() > patience);
  expect(attempts.open).toEqual([second]);
  attempts.answer(() => success);
  for (const job of await allEnded(deps, ids)) expect(job.status).toBe("completed");
});

test.concurrent.each([
  ["in ever smaller groups", 8],
  ["alone from the start where jobs fail after few losses", 4],
])(
  "suspects run %s: one that kills every worker fails, all that died with it at first get done",
  async (_how, maxLost) => {
    let skippedMs = 0;
    const deps = await embedded([poison, healthy], { limits: { maxLost }, clockOffsetMs: () => skippedMs });
    const attempts = new Attempts();
    const innocent: string[] = [];
    for (let before = 0; before < 5; before += 1) innocent.push(await start(deps, "healthy"));
    const killer = await start(deps, "poison");
    for (let after = 0; after < 25; after += 1) innocent.push(await start(deps, "healthy"));
    await startWorker(deps, attempts.run, { concurrency: 40, heartbeatMs: 50 });
    for (let loss = 1, former: string | undefined; loss <= maxLost; loss += 1) {
      if (loss <= 2) await attempts.whenOpen(31);
      else
        attempts.answer(({ workflow: { name } }) =>
          name === "healthy" && !runs(attempts, killer) ? success : undefined,
        );
      await eventually("the killer runs", () => runs(attempts, killer));
      former = await onlyWorker(deps, former);
      await expireWorker(deps, former);
      await eventually("its attempts are aborted", () => !runs(attempts, killer));
      skippedMs += 60_000; // no back-off is longer
    }
    expect(await ended(deps, killer)).toMatchObject({
      status: "failed",
      error: { code: "worker_lost" },
      lost: maxLost,
    });
    for (const job of await allEnded(deps, innocent)) expect(job.status).toBe("completed");
  },
);

function runs(attempts: Attempts, id: string): boolean {
  return attempts.open.some(({ job }) => job.id === id);
}

test.concurrent("a worker that is never empty makes room for a suspect", async () => {
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
  expect(idle, "looks that found the worker empty").toBeLessThan(20); // of 50 ms and more each
  attempts.answer(() => success);
  expect(await ended(deps, id)).toMatchObject({ status: "completed" });
});

test.concurrent("jobs that wait for a slot between two of their steps are given back for a suspect, and go on after it", async () => {
  const deps = await embedded([poison, steps]);
  const attempts = new Attempts();
  await startWorker(deps, attempts.run, { ...quick, concurrency: 2 });
  const id = await start(deps, "poison");
  const others: string[] = [];
  for (let loss = 1, former: string | undefined; loss <= 2; loss += 1) {
    await attempts.next();
    former = await onlyWorker(deps, former);
    if (loss === 2) {
      for (let other = 0; other < 40; other += 1) others.push(await start(deps, "steps"));
      await attempts.whenOpen(2);
    }
    await expireWorker(deps, former);
    await eventually("the attempts are aborted", () => attempts.open.length === 0);
  }
  // One by one, so that each next step finds that another job came first, and waits.
  await eventually("the suspect runs", () => {
    if (attempts.open.some(({ job }) => job.id === id)) return true;
    attempts.open[0]?.settle(success);
    return false;
  });
  attempts.answer(() => success);
  for (const job of await allEnded(deps, [id, ...others])) expect(job.status).toBe("completed");
});
