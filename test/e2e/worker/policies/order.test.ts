import { expect, test } from "vitest";
import { startJob } from "../../../../src/jobs/start.ts";
import { embedded } from "../../../support/embedded.ts";
import { eventually } from "../../../support/eventually.ts";
import { task, workflow } from "../../../support/sample-workflow.ts";
import { Attempts, failure, success } from "../../../support/worker/attempts.ts";
import { allEnded, ended, start, startWorker, until } from "../../../support/worker/site.ts";

const capped = workflow(task("0"), { name: "capped", maxRunning: 2 });
const free = workflow(task("0"), { name: "free" });

test("no more jobs of a workflow run at once than it allows, over all workers, and others run meanwhile", async () => {
  const deps = await embedded([capped, free]);
  const second = await embedded([capped, free], { place: deps.place });
  const attempts = new Attempts(({ workflow: { name } }) => (name === "free" ? success : undefined));
  await startWorker(deps, attempts.run, { pollMs: 600_000 });
  const { worker } = await startWorker(second, attempts.run, { pollMs: 600_000 });
  const local = { ...second, placement: worker };
  const ids: string[] = [];
  for (let started = 0; started < 12; started += 1) {
    ids.push(await start(started % 2 === 0 ? deps : local, "capped"));
    deps.notifier.publish({ kind: "ready" });
  }
  let most = 0;
  await eventually("all have run", async () => {
    most = Math.max(most, attempts.open.length);
    await ended(deps, await start(deps, "free"));
    const [oldest] = attempts.open;
    oldest?.settle(success);
    return attempts.begun.filter(({ job }) => ids.includes(job.id)).length === 12 && attempts.open.length === 0;
  });
  expect(most).toBe(2);
  for (const job of await allEnded(deps, ids)) expect(job.status).toBe("completed");
});

test("the next job of a capped workflow begins when one ends, however seldom the store is polled", async () => {
  const deps = await embedded([capped]);
  const attempts = new Attempts();
  await startWorker(deps, attempts.run, { pollMs: 600_000 });
  const ids = [];
  for (let started = 0; started < 5; started += 1) ids.push(await start(deps, "capped"));
  for (let running = 0; running < 5; running += 1) {
    const [oldest] = await attempts.whenOpen(Math.min(2, 5 - running));
    oldest?.settle(success);
    await eventually("it has ended", () => !attempts.open.includes(oldest as never));
  }
  for (const job of await allEnded(deps, ids)) expect(job.status).toBe("completed");
});

test("a job that waits for its next attempt leaves its place to others", async () => {
  const retrying = workflow(task("0", { retry: { kind: "fixed", retries: 9, delayMs: 3_600_000 } }), {
    name: "retrying",
    maxRunning: 1,
  });
  const deps = await embedded([retrying]);
  const attempts = new Attempts(() => failure());
  await startWorker(deps, attempts.run, { pollMs: 600_000 });
  const ids = [];
  for (let started = 0; started < 3; started += 1) ids.push(await start(deps, "retrying"));
  for (const id of ids) await until(deps, id, (job) => job.tasks[0]?.attempt === 2);
  expect(attempts.begun).toHaveLength(3);
});

test("jobs of high priority run before those that came first", async () => {
  const deps = await embedded([free]);
  const attempts = new Attempts();
  for (let started = 0; started < 10; started += 1) await start(deps, "free");
  const urgent = await startJob(deps, { workflow: "free", input: {}, priority: 9 });
  await startWorker(deps, attempts.run, { concurrency: 1 });
  expect((await attempts.next()).job.id).toBe(urgent.id);
  attempts.answer(() => success);
  await ended(deps, urgent.id);
});
