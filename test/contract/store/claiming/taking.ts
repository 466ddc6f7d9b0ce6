import { expect, test } from "vitest";
import type { Job } from "../../../../src/model/job/job.ts";
import type { Takes } from "../../../../src/model/takes.ts";
import type { NewJob, Store, UntakenJobs } from "../../../../src/store/store.ts";
import { suspectGroup } from "../../../../src/store/suspects.ts";
import { changeOf, completionOf, jobIdOf, jobOfWorkflow, testTime, workerInfo } from "../../../support/jobs.ts";
import { by, claimed, type FreshStore, insertAll, registered, stored } from "../../../support/store/fresh-store.ts";

/** A job that is called as its workflow and topic. */
function job(workflow: string, topic?: string, more: Partial<Job> = {}): NewJob {
  return jobOfWorkflow(workflow, `${workflow} ${topic ?? "default"}`, {
    ...(topic !== undefined && { topic }),
    ...more,
  });
}

const everything = [job("mail"), job("mail", "slow"), job("report"), job("report", "reports"), job("index", "slow")];

/** Short names of the jobs that a claim gives. */
async function namesOf(store: Store, takes: Takes, more: Parameters<typeof by>[1] = {}): Promise<string[]> {
  const known = new Map(
    everything.map((one) => [one.job.id, `${one.job.workflow.name} ${one.job.topic ?? "default"}`]),
  );
  const jobs = await claimed(store, by("w1", { takes, ...more }));
  return jobs.map(({ id }) => known.get(id) ?? id).sort();
}

const many: Takes = { topics: Array.from({ length: 60 }, (_, index) => `topic ${index}`) };

/** Which workers get which jobs. */
export function taking(freshStore: FreshStore): void {
  test.each<[says: string, takes: Takes, jobs: readonly string[]]>([
    ["nothing", {}, ["index slow", "mail default", "mail slow", "report default", "report reports"]],
    ["the usual topic", { topics: ["default"] }, ["mail default", "report default"]],
    ["a topic", { topics: ["slow"] }, ["index slow", "mail slow"]],
    ["two topics", { topics: ["reports", "default"] }, ["mail default", "report default", "report reports"]],
    ["a topic of nobody", { topics: ["else"] }, []],
    ["a workflow", { workflows: ["mail"] }, ["mail default", "mail slow"]],
    ["a workflow and a topic", { workflows: ["mail", "index"], topics: ["slow"] }, ["index slow", "mail slow"]],
    ["all but a workflow", { except: ["mail", "else"] }, ["index slow", "report default", "report reports"]],
    [
      "all but a workflow of two topics",
      { except: ["mail"], topics: ["slow", "default"] },
      ["index slow", "report default"],
    ],
    [
      "a workflow, and not that one",
      { workflows: ["mail", "report"], except: ["mail"] },
      ["report default", "report reports"],
    ],
    ["very many topics", { topics: [...(many.topics ?? []), "slow"] }, ["index slow", "mail slow"]],
  ])("a worker that takes %s gets such jobs and no others, healthy or suspect", async (_says, takes, jobs) => {
    const { store } = await freshStore();
    await registered(store, "w1");
    await insertAll(store, everything);
    expect(await namesOf(store, takes)).toEqual(jobs);
    const others = await freshStore();
    await registered(others.store, "w1");
    await insertAll(
      others.store,
      everything.map((one) => ({ ...one, job: { ...one.job, lost: 2 } })),
    );
    expect(await namesOf(others.store, takes)).toEqual([]);
    const group = await namesOf(others.store, takes, { of: "suspect" });
    expect(group).toHaveLength(suspectGroup(jobs.map(() => ({ lost: 2 }))));
    expect(jobs).toEqual(expect.arrayContaining(group));
  });

  test("what a worker does not take is as if it were not there: it is neither left, nor a ready suspect, nor ready later", async () => {
    const { store } = await freshStore();
    await registered(store, "w1");
    await insertAll(store, [
      ...everything,
      jobOfWorkflow("index", "suspect", { topic: "slow", lost: 2 }),
      jobOfWorkflow("index", "parked", { topic: "slow", readyAt: testTime + 50 }),
      jobOfWorkflow("mail", "parked, too", { readyAt: testTime + 100 }),
    ]);
    for (const takes of [{ topics: ["default"] }, { except: ["index"], topics: ["default"] }]) {
      const answer = await store.jobs.claim(by("w1", { takes }));
      expect(answer).toMatchObject({ kind: "claimed", left: [], suspectsReady: false });
      const { nextReadyAt = testTime + 100 } = answer as { nextReadyAt?: number };
      expect(nextReadyAt).toBe(testTime + 100);
    }
    expect(await store.jobs.claim(by("w1", { takes: { topics: ["slow"] } }))).toMatchObject({ suspectsReady: true });
    const later = await store.jobs.claim(by("w1", { takes: { topics: ["slow"], workflows: ["index"] } }));
    expect(later).toMatchObject({ jobs: [], nextReadyAt: testTime + 50 });
  });

  test("a job keeps its topic and its priority whatever becomes of it, also as another process sees it", async () => {
    const { store, connect } = await freshStore();
    await registered(store, "w1");
    await insertAll(store, [job("mail", "slow", { priority: 8 }), job("report", "slow", { priority: 9 })]);
    const id = jobIdOf("mail slow");
    const takes = { topics: ["slow"], workflows: ["mail"] };
    expect(await stored(await connect(), id)).toMatchObject({ topic: "slow", priority: 8 });
    const claimIt = async (of: "healthy" | "suspect" = "healthy"): Promise<Job> => {
      expect(await claimed(store, by("w1", { takes: { topics: ["default"] }, of, nowMs: testTime + 60_000 }))).toEqual(
        [],
      );
      const [one] = await claimed(store, by("w1", { takes, of, nowMs: testTime + 60_000 }));
      if (one === undefined) throw new Error("it was not claimed");
      expect(one).toMatchObject({ id, topic: "slow", priority: 8 });
      return one;
    };
    const first = await claimIt();
    await store.jobs.release("w1", [{ id, fence: first.fence }]);
    await store.jobs.commit([changeOf(await claimIt(), { lease: "release", readyAt: testTime })]);
    for (const of of ["healthy", "healthy", "suspect"] as const) {
      await claimIt(of);
      await store.workers.expire("w1", 1, testTime);
      await registered(store, "w1");
    }
    await claimIt("suspect");
    await store.workers.surrender("w1");
    await registered(store, "w1");
    await claimIt("suspect");
  });

  test("of one workflow with jobs of several topics, priority and age say which comes first", async () => {
    const { store } = await freshStore();
    await registered(store, "w1");
    await insertAll(store, [
      job("mail", "c", { priority: 1 }),
      job("mail", "b", { readyAt: testTime - 1 }),
      job("mail", "a", { priority: 9 }),
      job("mail"),
    ]);
    const order: (string | undefined)[] = [];
    for (let count = 0; count < 4; count += 1) {
      const [one] = await claimed(store, by("w1", { limit: 1 }));
      order.push(one?.topic);
    }
    expect(order).toEqual(["a", "b", undefined, "c"]);
  });

  test("a cap counts over all topics of a workflow", async () => {
    const { store } = await freshStore();
    await registered(store, "w1");
    const capped = { maxRunning: 1 };
    await insertAll(store, [job("mail", "slow", capped), job("mail", undefined, capped)]);
    expect(await claimed(store, by("w1", { takes: { topics: ["slow"] } }))).toHaveLength(1);
    const answer = await store.jobs.claim(by("w1", { takes: { topics: ["default"] } }));
    expect(answer).toMatchObject({ jobs: [], left: ["mail"], capped: ["mail"] });
  });

  test("a job that is begun anew with another version has the topic of that version", async () => {
    const { store } = await freshStore();
    await registered(store, "w1");
    await insertAll(store, [job("mail", "slow", { priority: 7 }), job("report")]);
    const renew = async (name: string, topic: string): Promise<void> => {
      const ended = completionOf(await stored(store, jobIdOf(name)));
      await store.jobs.commit([ended]);
      const before = await stored(store, jobIdOf(name));
      const workflow = { ...before.workflow, version: 2 };
      const renewal = { fence: before.fence + 1, run: 2, workflow, tasks: "replaced", topic } as const;
      await store.jobs.commit([changeOf(before, { renewal, lease: "release", readyAt: testTime })]);
    };
    await renew("mail slow", "default");
    await renew("report default", "slow");
    const [slow] = await claimed(store, by("w1", { takes: { topics: ["slow"] } }));
    expect(slow).toMatchObject({ topic: "slow", workflow: { name: "report" } });
    const [usual] = await claimed(store, by("w1", { takes: { topics: ["default"] } }));
    expect(usual).toMatchObject({ priority: 7, workflow: { name: "mail" } });
    expect(usual).not.toHaveProperty("topic");
  });

  test("with more waiting than a claim may give, each workflow that the worker takes has its turn", async () => {
    const { store } = await freshStore();
    await registered(store, "w1");
    const flood = (workflow: string, topic: string): NewJob[] =>
      Array.from({ length: 30 }, (_, index) => jobOfWorkflow(workflow, `${workflow} ${topic} ${index}`, { topic }));
    await insertAll(store, [
      ...flood("a", "slow"),
      ...flood("b", "slow"),
      ...flood("a", "fast"),
      ...flood("c", "fast"),
    ]);
    for (const takes of [
      { topics: ["fast"] },
      { except: ["b"] },
      { topics: ["fast", "slow"], workflows: ["a", "c"] },
    ]) {
      const jobs = await claimed(store, by("w1", { limit: 8, takes }));
      expect(Map.groupBy(jobs, ({ workflow }) => workflow.name)).toEqual(
        new Map([
          ["a", jobs.filter(({ workflow }) => workflow.name === "a")],
          ["c", jobs.filter(({ workflow }) => workflow.name === "c")],
        ]),
      );
      expect(jobs.filter(({ workflow }) => workflow.name === "a")).toHaveLength(4);
    }
  });

  test("the jobs that nobody takes are named, by workflow and topic, with the time since when they are ready", async () => {
    const { store } = await freshStore();
    await insertAll(store, [
      job("mail"),
      job("mail", "slow", { readyAt: testTime - 5 }),
      jobOfWorkflow("mail", "second", { topic: "slow", readyAt: testTime - 10, priority: 9 }),
      jobOfWorkflow("mail", "third", { topic: "slow", lost: 3 }),
      job("report", "reports", { lost: 2 }),
      job("index", "later", { readyAt: testTime + 1 }),
    ]);
    const untaken = async (takers: readonly Takes[], limit = 10): Promise<UntakenJobs[]> => {
      const found = await store.housekeeping.untaken({ takers, nowMs: testTime, limit });
      return found.sort((a, b) => a.since - b.since);
    };
    const slow = { workflow: "mail", topic: "slow", since: testTime - 10 };
    const reports = { workflow: "report", topic: "reports", since: testTime };
    expect(await untaken([{ topics: ["default"] }])).toEqual([slow, reports]);
    expect(await untaken([{ topics: ["default"] }, { topics: ["slow"], workflows: ["mail"] }])).toEqual([reports]);
    expect(await untaken([{ topics: ["default"] }, { except: ["report"] }])).toEqual([reports]);
    expect(await untaken([{ topics: ["default"] }, {}])).toEqual([]);
    expect(await untaken([], 1)).toHaveLength(1);
  });

  test("as many of the workflows with jobs that nobody takes are named as were asked for, however many wait for their time only", async () => {
    const { store } = await freshStore();
    const names = Array.from({ length: 30 }, (_, index) => `later ${index}`);
    await insertAll(store, [
      ...names.map((name) => job(name, "slow", { readyAt: testTime + 1000 })),
      job("mail", "slow"),
      job("report", "slow", { lost: 2 }),
      job("zoom", "slow"),
    ]);
    const ask = { takers: [{ topics: ["default"] }], nowMs: testTime };
    const all = await store.housekeeping.untaken({ ...ask, limit: 10 });
    expect(all.map(({ workflow }) => workflow).sort()).toEqual(["mail", "report", "zoom"]);
    expect(await store.housekeeping.untaken({ ...ask, limit: 2 })).toHaveLength(2);
  });

  test("what a worker takes is in its row for others to read; nothing is there of one that did not say", async () => {
    const { store, connect } = await freshStore();
    const takes: Takes = { topics: ["slow"], workflows: ["a", "b"], except: ["b"] };
    await store.workers.register(workerInfo("w1", { takes }));
    await store.workers.register(workerInfo("w2"));
    await store.workers.beat({ worker: "w1", beat: 2, room: 3, held: [] });
    const rows = await (await connect()).workers.list();
    expect(rows.find(({ id }) => id === "w1")).toMatchObject({ takes, beat: 2 });
    expect(rows.find(({ id }) => id === "w2")).not.toHaveProperty("takes");
  });
}
