import { expect, test } from "vitest";
import { restartJob } from "../../../src/jobs/actions/restart.ts";
import { defaultTopic } from "../../../src/model/takes.ts";
import type { ClaimAsk } from "../../../src/store/store.ts";
import { type Embedded, embedded } from "../../support/embedded.ts";
import { eventually } from "../../support/eventually.ts";
import { task, workflow } from "../../support/sample-workflow.ts";
import { stored } from "../../support/store/fresh-store.ts";
import { assignedTo, newcomer } from "../../support/worker/assign.ts";
import { Attempts, success } from "../../support/worker/attempts.ts";
import { allEnded, ended, onlyWorker, start, startWorker, workerIds } from "../../support/worker/site.ts";

const mail = workflow(task("0"), { name: "mail" });
const report = workflow(task("0"), { name: "report", topic: "reports" });
const index = workflow(task("0"), { name: "index", topic: "reports" });

function site(): Promise<Embedded> {
  return embedded([mail, report, index]);
}

/** Names of the workflows whose jobs it has run. */
function ran(attempts: Attempts): string[] {
  return [...new Set(attempts.begun.map(({ workflow: { name } }) => name))].sort();
}

test("of two workers each runs the jobs of its own topics, and both together run all", async () => {
  const deps = await site();
  const [usual, reports] = [new Attempts(() => success), new Attempts(() => success)];
  await startWorker(deps, usual.run, { takes: { topics: [defaultTopic] } });
  await startWorker(deps, reports.run, { takes: { topics: ["reports"] } });
  const ids: string[] = [];
  for (let count = 0; count < 10; count += 1)
    for (const name of ["mail", "report", "index"]) ids.push(await start(deps, name));
  for (const job of await allEnded(deps, ids)) expect(job.status).toBe("completed");
  expect([ran(usual), ran(reports)]).toEqual([["mail"], ["index", "report"]]);
});

test("names of workflows narrow down what a worker runs of its topics", async () => {
  const deps = await site();
  const [some, others] = [new Attempts(() => success), new Attempts(() => success)];
  await startWorker(deps, some.run, { takes: { workflows: ["mail", "index"], topics: ["reports"] } });
  await startWorker(deps, others.run, { takes: { except: ["index"] } });
  const ids = await Promise.all(["mail", "report", "index"].map((name) => start(deps, name)));
  await allEnded(deps, ids);
  expect([ran(some), ran(others)]).toEqual([["index"], ["mail", "report"]]);
});

test("a job that no worker takes stays pending until one comes that does", async () => {
  const deps = await site();
  const [usual, reports] = [new Attempts(() => success), new Attempts(() => success)];
  const { worker } = await startWorker(deps, usual.run, { takes: { topics: [defaultTopic] } });
  await eventually("starts may bring this worker's lease", () => {
    const place = worker.reserve(newcomer("mail"));
    place?.giveUp();
    return place !== undefined;
  });
  const waiting = await start({ ...deps, placement: worker }, "report");
  await ended(deps, await start({ ...deps, placement: worker }, "mail")); // it has looked for jobs since
  expect(await stored(deps.store, waiting)).toMatchObject({ status: "pending", fence: 0, topic: "reports" });
  await startWorker(deps, reports.run, { takes: { topics: ["reports"] } });
  expect(await ended(deps, waiting)).toMatchObject({ status: "completed" });
  expect(ran(usual)).toEqual(["mail"]);
});

test("a worker that is assigned what it does not take, by a program that knows no topics, gives it back for others", async () => {
  const deps = await site();
  const [usual, reports] = [new Attempts(() => success), new Attempts(() => success)];
  await startWorker(deps, usual.run, { takes: { topics: [defaultTopic] } });
  const wrong = await onlyWorker(deps);
  await startWorker(deps, reports.run, { takes: { topics: ["reports"] } });
  await eventually("both are there", async () => (await workerIds(deps)).length === 2);
  const hint = (id: string): void =>
    deps.notifier.publish({ kind: "assigned", to: deps.notifier.address, worker: wrong, jobs: [id] });
  for (const told of [hint, () => undefined]) {
    const id = await start({ ...deps, placement: assignedTo(wrong, told) }, "report");
    expect(await ended(deps, id)).toMatchObject({ status: "completed", lost: 0 });
  }
  expect([ran(usual), ran(reports)]).toEqual([[], ["report"]]);
});

test("a retry is due for the workers of its topic, on time and not with a poll", async () => {
  const fixed = { retry: { kind: "fixed", retries: 1, delayMs: 1200 } } as const;
  const deps = await embedded([workflow(task("0", fixed), { name: "report", topic: "reports" }), mail]);
  const attempts = new Attempts(({ execution: { attempt } }) =>
    attempt === 1 ? { kind: "failed", error: { code: "refused", message: "not now" }, retryable: true } : success,
  );
  await startWorker(deps, attempts.run, { pollMs: 600_000, takes: { topics: ["reports"], workflows: ["report"] } });
  expect(await ended(deps, await start(deps, "report"))).toMatchObject({ status: "completed" });
});

test("a restart with a version of another topic is run by the workers of that topic", async () => {
  const next = workflow(task("0"), { name: "mail", version: 2, topic: "reports" });
  const deps = await embedded([mail, next]);
  const [usual, reports] = [new Attempts(() => success), new Attempts(() => success)];
  const { worker } = await startWorker(deps, reports.run, { takes: { topics: ["reports"] } });
  const id = await start({ ...deps, placement: worker }, "mail");
  expect(await ended(deps, id)).toMatchObject({ topic: "reports", workflow: { version: 2 } });
  await startWorker(deps, usual.run, { takes: { topics: [defaultTopic] } });
  await restartJob(deps, id, { by: "ada", version: 1 });
  const again = await eventually("it has run again", async () => {
    const job = await stored(deps.store, id);
    return job.status === "completed" && job.run === 2 && job;
  });
  expect(again).not.toHaveProperty("topic");
  expect(usual.begun).toHaveLength(1);
  expect(reports.begun).toHaveLength(1);
});

test("starts of what a worker does not take do not make it look for jobs", async () => {
  const { store, ...deps } = await site();
  const counts = { claims: 0 };
  const jobs = { ...store.jobs, claim: (ask: ClaimAsk) => ((counts.claims += 1), store.jobs.claim(ask)) };
  const watched = { ...deps, store: { ...store, jobs } };
  await startWorker(watched, new Attempts(() => success).run, {
    pollMs: 600_000,
    takes: { topics: [defaultTopic], except: ["index"] },
  });
  await ended(watched, await start(watched, "mail"));
  const before = await eventually("it rests", async () => {
    const { claims } = counts;
    await watched.store.housekeeping.clock();
    return claims === counts.claims && claims;
  });
  for (const name of ["report", "index", "report"]) await start(watched, name);
  await stored(store, await start(watched, "index"));
  expect(counts.claims).toBe(before);
  await ended(watched, await start(watched, "mail"));
});
