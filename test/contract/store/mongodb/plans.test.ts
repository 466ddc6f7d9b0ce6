import type { Document } from "mongodb";
import { expect, test } from "vitest";
import type { Job } from "../../../../src/model/job/job.ts";
import type { NewJob } from "../../../../src/store/store.ts";
import {
  completedJob,
  completionOf,
  jobIdOf,
  jobOfWorkflow,
  leasedJob,
  pendingJob,
  testTime,
  workerInfo,
  workflowOf,
} from "../../../support/jobs.ts";
import "../../../support/mongo/skip-without-server.ts";
import {
  type Asked,
  examined,
  explain,
  explainable,
  filled,
  isCovered,
  isOfJobs,
  stagesOf,
  watchedStore,
} from "../../../support/mongo/watched-store.ts";
import { by, claimed, insertAll, stored } from "../../../support/store/fresh-store.ts";

/** Everything that the port can be asked for. */
async function useAll({ store }: Asked): Promise<void> {
  await insertAll(store, [pendingJob("large", { input: { blob: "x".repeat(100_000) } })]);
  const again = completedJob("finished 1", { bodyDigest: "one" });
  await store.jobs.insert([again]);
  const jobs = await claimed(store, by("w1", { limit: 5 }));
  await claimed(store, by("w1", { limit: 5, of: "suspect" }));
  await claimed(store, by("w1", { limit: 5 })); // with permits
  await claimed(store, by("w1", { limit: 5, nowMs: testTime + 60_000 })); // some are used
  await store.jobs.commit(jobs.slice(0, 3).map((job) => completionOf(job)));
  await store.jobs.commit(jobs.slice(0, 1).map((job) => completionOf(job)));
  await store.jobs.release("w1", [{ id: jobIdOf("leased 0"), fence: 1 }]);
  await store.jobs.assigned({ worker: "w1", only: [jobIdOf("leased 1"), jobIdOf("leased 2")] });
  await store.jobs.assigned({ worker: "w1", except: [jobIdOf("leased 1")] });
  await stored(store, jobIdOf("large"));
  await store.jobs.history(jobIdOf("large"));
  const { mark } = await store.search.changed({ limit: 10 });
  await store.jobs.release("w1", [{ id: jobIdOf("leased 3"), fence: 1 }]);
  await store.search.changed({ since: mark, limit: 10 });
  await store.search.versions([jobIdOf("leased 3")]);
  await store.search.steps(jobIdOf("leased 3"), 0, 10);
  await store.search.counts({});
  await store.jobs.overdue(testTime, 10);
  await store.jobs.owing(testTime + 10, 10);
  await store.jobs.offered("mail", testTime + 10, 10);
  await store.workers.list();
  await store.workers.holding();
  await store.workers.beat({
    worker: "w1",
    beat: 2,
    room: 1,
    held: [{ id: jobIdOf("leased 1"), fence: 1, version: 1 }],
  });
  await store.housekeeping.health(testTime);
  const nowMs = testTime + 2_000;
  await store.housekeeping.prune({ finishedBeforeMs: testTime + 100, idempotencyWindowMs: 1000, nowMs, limit: 50 });
  await store.definitions.latest();
  await store.definitions.documents();
  await store.definitions.newest("greet");
  await store.definitions.mark();
  await store.definitions.versions("greet");
  await store.definitions.version("greet", 1);
  await store.definitions.document("greet", 1);
  await store.definitions.versionCounts();
  await store.definitions.add({ workflow: workflowOf("greet", 2), source: null });
  await store.definitions.get("greet-1");
  await store.workers.expire("w1", 2, testTime);
  await store.workers.surrender("w2");
}

test("no command scans a collection or sorts in memory, however many jobs are finished", async () => {
  const asked = await watchedStore();
  await filled(asked);
  const commands = await asked.during(() => useAll(asked));
  expect(new Set(commands.map((command) => Object.keys(command)[0]))).toEqual(new Set(explainable));
  for (const command of commands) {
    const explained = await explain(asked.db, command);
    const stages = stagesOf(explained);
    const told = JSON.stringify({ command, stages }).slice(0, 2000);
    expect(stages, told).not.toContain("COLLSCAN");
    expect(stages, told).not.toContain("SORT");
    expect(examined(explained), told).toBeLessThan(400); // of 3,000 finished jobs, none is looked at in vain
  }
});

test("how many jobs workers have and how many versions there are is read from keys alone", async () => {
  const asked = await watchedStore();
  await filled(asked);
  const sent = await asked.during(async () => {
    expect(await asked.store.workers.holding()).toEqual(new Map([["w1", 20]]));
    expect(await asked.store.definitions.versionCounts()).toEqual(new Map([["greet", 1]]));
  });
  const commands = sent.filter(isOfJobs);
  expect(commands).toHaveLength(2);
  for (const command of commands) {
    const explained = await explain(asked.db, command);
    expect(isCovered(explained), JSON.stringify(stagesOf(explained))).toBe(true);
    expect(examined(explained)).toBeLessThan(25); // not the jobs that no worker has
  }
});

function filterOf(filter: Document | undefined, updates: readonly { readonly q: Document }[] | undefined): Document {
  return filter ?? updates?.[0]?.q ?? {};
}

test("on the way of a job that is assigned, every command names its jobs by id, so a sharded cluster asks the shards that have them", async () => {
  const asked = await watchedStore();
  const { store } = asked;
  await store.workers.register(workerInfo("w1"));
  await store.workers.list();
  const start = leasedJob("a", "w1");
  const commands = await asked.during(async () => {
    await insertAll(store, [start]);
    const [job] = await store.jobs.assigned({ worker: "w1", only: [start.job.id] });
    if (job === undefined) throw new Error("the job was not assigned");
    await store.jobs.commit([{ ...completionOf(job), was: job }]);
    await store.jobs.get(start.job.id);
  });
  const filters = commands
    .filter(isOfJobs)
    .map(({ filter, updates }) => filterOf(filter as Document | undefined, updates as { q: Document }[] | undefined));
  expect(filters.length).toBeGreaterThanOrEqual(3); // more where a write was slow: its jobs get the time anew
  for (const { _id } of filters) expect(JSON.stringify(_id)).toContain(start.job.id);
});

test("a claim looks at none of the jobs that its worker does not take, however many of them wait", async () => {
  const asked = await watchedStore();
  const { store } = asked;
  await store.workers.register(workerInfo("w1"));
  const flood = (workflow: string, more: Partial<Job>): NewJob[] =>
    Array.from({ length: 1500 }, (_, index) => jobOfWorkflow(workflow, `${workflow} ${index}`, more));
  await insertAll(store, [
    ...flood("slow", { topic: "slow" }),
    ...flood("urgent", { topic: "slow", priority: 9 }),
    ...flood("excluded", {}),
    ...flood("parked", { readyAt: testTime + 1000 }),
    ...[0, 1, 2].map((index) => jobOfWorkflow("mail", `mail ${index}`)),
    ...[0, 1, 2].map((index) => jobOfWorkflow("report", `report ${index}`, { topic: "reports" })),
  ]);
  const commands = await asked.during(async () => {
    for (const [takes, count] of [
      [{ topics: ["default"], except: ["excluded"] }, 2],
      [{ workflows: ["mail"] }, 1],
      [{ topics: ["reports"] }, 2],
      [{ except: ["slow", "urgent", "excluded"] }, 1],
      [{ topics: ["nobody's"] }, 0],
    ] as const) {
      expect(await claimed(store, by("w1", { takes, limit: 2 })), JSON.stringify(takes)).toHaveLength(count);
      await claimed(store, by("w1", { takes, limit: 2, of: "suspect" }));
    }
    await store.housekeeping.untaken({ takers: [{ topics: ["reports"] }], nowMs: testTime, limit: 10 });
    await store.housekeeping.health(testTime);
  });
  for (const command of commands) {
    const explained = await explain(asked.db, command);
    const told = JSON.stringify({ command, stages: stagesOf(explained) }).slice(0, 2000);
    expect(stagesOf(explained), told).not.toContain("COLLSCAN");
    expect(stagesOf(explained), told).not.toContain("SORT");
    expect(examined(explained), told).toBeLessThan(100);
  }
});

/** Not what is written, which may be once more where it took long. */
function isQuestion(command: Document): boolean {
  return isOfJobs(command) && !("update" in command);
}

/** How many questions each of these claims takes: of workers that find nothing ready, and of one that finds more than it may take. */
async function questionsOfClaims(workflowsWithParkedJobs: number): Promise<number[]> {
  const asked = await watchedStore();
  const { store } = asked;
  await store.workers.register(workerInfo("w1"));
  const parked = Array.from({ length: workflowsWithParkedJobs }, (_, index) =>
    jobOfWorkflow(`parked ${index}`, `parked ${index}`, { readyAt: testTime + 1000 + index }),
  );
  await insertAll(store, parked);
  const counts: number[] = [];
  const topics = ["default"];
  for (const takes of [{}, { topics }, { topics, except: ["else"] }, { workflows: ["parked 1", "parked 2"] }]) {
    const commands = await asked.during(async () => {
      const nextReadyAt = testTime + ("workflows" in takes ? 1001 : 1000);
      expect(await store.jobs.claim(by("w1", { takes }))).toMatchObject({ jobs: [], nextReadyAt });
    });
    counts.push(commands.filter(isQuestion).length);
  }
  await insertAll(
    store,
    Array.from({ length: 20 }, (_, index) => jobOfWorkflow("zoom", `zoom ${index}`)),
  );
  const commands = await asked.during(async () => {
    const answer = await store.jobs.claim(by("w1", { takes: { topics, except: ["else"] }, limit: 5 }));
    expect(answer).toMatchObject({ jobs: { length: 5 }, left: ["zoom"] });
  });
  return [...counts, commands.filter(isQuestion).length];
}

test("a claim asks as many questions, however many workflows have jobs that wait for their time", async () => {
  const few = await questionsOfClaims(3);
  expect(Math.max(...few)).toBeLessThan(10);
  expect(await questionsOfClaims(300)).toEqual(few);
});
