import { describe, expect, test } from "vitest";
import { never } from "../../../../src/model/job/job.ts";
import { inputLabel } from "../../../../src/model/search/labels.ts";
import { waitingReasons } from "../../../../src/model/search/waiting.ts";
import type { JobFilter, JobQuery } from "../../../../src/store/search.ts";
import type { Store } from "../../../../src/store/store.ts";
import { changeOf, completionOf, jobIdOf, pendingJob, testTime } from "../../../support/jobs.ts";
import { allPages } from "../../../support/store/counted.ts";
import { expected, filters, manyJobs, nowMs } from "../../../support/store/findable.ts";
import { type FreshStore, insertAll, registered, stored } from "../../../support/store/fresh-store.ts";

const tenant = inputLabel("tenant", "søren") ?? "";

export function finding(freshStore: FreshStore): void {
  describe("every filter, by either time and both ways, shows what fits", () => {
    const orders: readonly Pick<JobQuery, "by" | "order">[] = [
      {},
      { by: "created", order: "oldest" },
      { by: "finished", order: "newest" },
      { by: "finished", order: "oldest" },
    ];

    test("on pages of any size", async () => {
      const { store } = await freshStore();
      await registered(store, "w1");
      const starts = manyJobs();
      await insertAll(store, starts);
      const jobs = starts.map(({ job }) => job);
      for (const [name, filter] of Object.entries(filters)) {
        for (const order of orders) {
          for (const limit of [7, 200]) {
            const query = { ...filter, ...order, nowMs };
            const found = await allPages(store, { ...query, limit });
            const what = `${name}, ${order.by ?? "default"} ${order.order ?? ""}, pages of ${limit}`;
            expect(
              found.jobs.map(({ id }) => id),
              what,
            ).toEqual(expected(jobs, query));
          }
        }
      }
    });
  });

  test("a page that would look at more jobs than it may is short and tells where to go on", async () => {
    const { store } = await freshStore();
    const many = Array.from({ length: 2500 }, (_, index) =>
      pendingJob(`job ${index}`, { createdAt: testTime + index }),
    );
    const rare = pendingJob("rare", { createdAt: testTime - 1, bodyDigest: "one", labels: [tenant] });
    const { job, history } = rare;
    const wanted = { job: { ...job, workflow: { ...job.workflow, version: 7 } }, history };
    for (let from = 0; from < many.length; from += 500) await insertAll(store, many.slice(from, from + 500));
    await insertAll(store, [wanted]);
    const first = await store.search.find({ version: 7, limit: 10 });
    expect(first.jobs).toEqual([]);
    expect(first.next).toBeDefined();
    const walked = await allPages(store, { version: 7, limit: 10 });
    expect(walked.jobs.map(({ id }) => id)).toEqual([job.id]);
    expect(walked.pages).toBeLessThan(10);
    const direct = await allPages(store, { version: 7, labels: [tenant], limit: 10 });
    expect(direct.jobs.map(({ id }) => id)).toEqual([job.id]);
    expect(direct.pages).toBe(1);
  });

  test("labels and what a job waits for are kept as its last change said", async () => {
    const { store } = await freshStore();
    const ids = async (query: JobFilter): Promise<string[]> =>
      (await store.search.find({ ...query, nowMs: testTime, limit: 10 })).jobs.map(({ id }) => id);
    const { job, history } = pendingJob("a", { waiting: "start", labels: ["input:a=1", "target:x"] });
    await insertAll(store, [{ job, history }, pendingJob("b", { waiting: "start" })]);
    expect(await stored(store, job.id)).toEqual(job);
    expect(await ids({ labels: ["target:x"] })).toEqual([job.id]);

    const readyAt = testTime + 5;
    await store.jobs.commit([changeOf(job, { readyAt, waiting: "retry" })]);
    expect(await stored(store, job.id)).toMatchObject({ waiting: "retry", labels: ["input:a=1", "target:x"] });
    expect(await ids({ waiting: ["retry"] })).toEqual([job.id]);
    expect(await ids({ waiting: ["worker"] })).toEqual([jobIdOf("b")]);

    const second = { ...job, version: 2 };
    await store.jobs.commit([changeOf(second, { readyAt, waiting: "retry", labels: ["error:e", "input:a=1"] })]);
    expect(await ids({ labels: ["target:x"] })).toEqual([]);
    expect(await ids({ labels: ["error:e", "input:a=1"] })).toEqual([job.id]);

    await store.jobs.commit([completionOf({ ...job, version: 3 }, { labels: [] })]);
    const ended = await stored(store, job.id);
    expect(ended).not.toHaveProperty("labels");
    expect(ended).not.toHaveProperty("waiting");
    expect(await ids({ labels: ["error:e"] })).toEqual([]);
    expect(await ids({ waiting: ["retry"] })).toEqual([]);
  });

  test("a job that was removed, or refused, is found by none of its labels", async () => {
    const { store } = await freshStore();
    const { job, history } = pendingJob("a", { labels: ["target:x"] });
    const [gone, kept] = [pendingJob("b", { labels: ["target:x"] }), pendingJob("c", { labels: ["target:x"] })];
    await insertAll(store, [{ job, history }, gone, kept]);
    expect((await store.jobs.insert([pendingJob("a", { labels: ["target:y"] })])).map(({ kind }) => kind)).toEqual([
      "exists",
    ]);
    await store.jobs.commit([completionOf(job), completionOf(gone.job, { removal: {} })]);
    await store.housekeeping.remove({ id: job.id, expectedVersion: 2, idempotencyWindowMs: 0, nowMs: testTime });
    const found = async (label: string): Promise<string[]> =>
      (await store.search.find({ labels: [label], limit: 10 })).jobs.map(({ id }) => id);
    expect(await found("target:x")).toEqual([kept.job.id]);
    expect(await found("target:y")).toEqual([]);
    expect(await store.jobs.commit([completionOf({ ...kept.job, version: 9 }, { labels: [] })])).toMatchObject([
      { kind: "conflict" },
    ]);
    expect(await found("target:x")).toEqual([kept.job.id]);
    await insertAll(store, [{ job, history }, gone]); // nothing is left that would be in their way
    expect((await found("target:x")).sort()).toEqual([job.id, gone.job.id, kept.job.id].sort());
  });

  test("a job that a worker holds waits for nothing; with a lost worker it waits because of that, unless it is paused", async () => {
    const { store } = await freshStore();
    await registered(store, "w1", "w2");
    const lease = { fence: 1, lease: { worker: "w1", fence: 1 } };
    const held = pendingJob("held", { ...lease, lost: 1, waiting: "start" });
    const paused = pendingJob("paused", { ...lease, status: "paused", readyAt: never, waiting: "paused" });
    const back = pendingJob("back", { fence: 1, lease: { worker: "w2", fence: 1 }, waiting: "retry" });
    await insertAll(store, [held, paused, back]);
    expect(await reasons(store, testTime)).toEqual({});
    await store.jobs.release("w2", [{ id: back.job.id, fence: 1, notBefore: testTime + 50 }]);
    await store.workers.expire("w1", 1, testTime);
    expect(await reasons(store, testTime)).toEqual({
      [held.job.id]: "worker_lost",
      [paused.job.id]: "paused",
      [back.job.id]: "retry",
    });
    expect((await reasons(store, testTime + 3_600_000))[held.job.id]).toBe("worker");
  });
}

/** For what the jobs wait, as the filter tells it. */
async function reasons(store: Store, at: number): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const reason of waitingReasons) {
    const { jobs } = await store.search.find({ waiting: [reason], nowMs: at, limit: 10 });
    for (const { id } of jobs) found[id] = reason;
  }
  return found;
}
