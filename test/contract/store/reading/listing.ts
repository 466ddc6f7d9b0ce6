import { expect, test } from "vitest";
import { type Job, type JobStatus, jobStatuses, visibleStatus } from "../../../../src/model/job/job.ts";
import type { JobQuery } from "../../../../src/store/search.ts";
import type { NewJob, Store } from "../../../../src/store/store.ts";
import { completionOf, jobIdOf, jobOfWorkflow, leasedJob, pendingJob, testTime } from "../../../support/jobs.ts";
import { allPages } from "../../../support/store/counted.ts";
import { by, claimed, type FreshStore, insertAll, registered } from "../../../support/store/fresh-store.ts";

async function idsOfAllPages(store: Store, query: JobQuery): Promise<string[]> {
  return (await allPages(store, query)).jobs.map(({ id }) => id);
}

function newestFirst(jobs: readonly Job[]): string[] {
  return jobs.toSorted((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1)).map(({ id }) => id);
}

/** Jobs of every status and two workflows, several in the same millisecond, some of them with a lease. */
function manyJobs(): NewJob[] {
  return Array.from({ length: 90 }, (_, index) => {
    const status = jobStatuses[index % jobStatuses.length] ?? "pending";
    const createdAt = testTime + Math.floor(index / 4) * 7;
    const name = `job ${index}`;
    const { job, history } = jobOfWorkflow(index % 3 === 0 ? "greet" : "part", name, { status, createdAt });
    if (index % 14 === 0) return { job: { ...job, fence: 1, lease: { worker: "w1", fence: 1 } }, history };
    return { job, history };
  });
}

export function listing(freshStore: FreshStore): void {
  async function storeOfMany(): Promise<{ readonly store: Store; readonly jobs: Job[] }> {
    const { store } = await freshStore();
    await registered(store, "w1");
    const starts = manyJobs();
    await insertAll(store, starts);
    return { store, jobs: starts.map(({ job }) => job) };
  }

  test("pages show every job once, newest first, ids breaking ties", async () => {
    const { store, jobs } = await storeOfMany();
    for (const limit of [1, 7, 45, 90, 200]) expect(await idsOfAllPages(store, { limit })).toEqual(newestFirst(jobs));
  });

  test("each filter shows what it says, on pages of any size", async () => {
    const { store, jobs } = await storeOfMany();
    const sets: JobStatus[][] = [
      ...jobStatuses.map((status) => [status]),
      ["failed", "pending", "failed"],
      [...jobStatuses],
      [],
    ];
    for (const limit of [3, 50]) {
      for (const workflow of [undefined, "greet", "nobody's"]) {
        for (const status of sets) {
          const expected = jobs.filter(
            (job) => status.includes(visibleStatus(job)) && (workflow === undefined || job.workflow.name === workflow),
          );
          const found = await idsOfAllPages(store, { status, limit, ...(workflow !== undefined && { workflow }) });
          expect(found).toEqual(newestFirst(expected));
        }
        const expected = jobs.filter((job) => workflow === undefined || job.workflow.name === workflow);
        expect(await idsOfAllPages(store, { limit, ...(workflow !== undefined && { workflow }) })).toEqual(
          newestFirst(expected),
        );
      }
    }
  });

  test("a pending job that a worker holds is listed as running, and as pending again when given back", async () => {
    const { store } = await freshStore();
    await registered(store, "w1");
    await insertAll(store, [
      leasedJob("leased", "w1"),
      pendingJob("claimed"),
      pendingJob("later", { readyAt: testTime + 1 }),
    ]);
    await claimed(store, by("w1"));
    const names = async (status: JobStatus): Promise<string[]> =>
      (await store.search.find({ status: [status], limit: 10 })).jobs.map(({ id }) => id).sort();
    expect(await names("running")).toEqual([jobIdOf("leased"), jobIdOf("claimed")].sort());
    expect(await names("pending")).toEqual([jobIdOf("later")]);
    await store.jobs.release("w1", [{ id: jobIdOf("claimed"), fence: 1 }]);
    expect(await names("pending")).toEqual([jobIdOf("later"), jobIdOf("claimed")].sort());
    await store.workers.expire("w1", 1, testTime);
    expect(await names("running")).toEqual([]);
  });

  test("a list shows jobs without their inputs and results", async () => {
    const { store } = await freshStore();
    const { job, history } = pendingJob("a", {
      bodyDigest: "one",
      deadlineAt: testTime + 1,
      error: { code: "c", message: "m" },
    });
    await insertAll(store, [{ job, history }]);
    const { input: _input, tasks: _tasks, bodyDigest: _bodyDigest, ...summary } = job;
    expect(await store.search.find({ limit: 1 })).toEqual({ jobs: [summary] });
  });

  test("a full last page is followed by nothing or an empty page, never by a job twice", async () => {
    const { store } = await freshStore();
    await insertAll(store, [pendingJob("a"), pendingJob("b")]);
    expect((await idsOfAllPages(store, { limit: 2 })).length).toBe(2);
  });

  test("jobs that change between two pages are neither shown twice nor hidden by others", async () => {
    const { store } = await freshStore();
    const starts = Array.from({ length: 10 }, (_, index) =>
      pendingJob(`job ${index}`, { createdAt: testTime + index }),
    );
    await insertAll(store, starts);
    const first = await store.search.find({ limit: 5 });
    await store.jobs.commit(starts.map(({ job }) => completionOf(job)));
    await insertAll(store, [pendingJob("new", { createdAt: testTime + 100 })]);
    if (first.next === undefined) throw new Error("there must be a second page");
    const second = await store.search.find({ limit: 5, after: first.next });
    expect([...first.jobs, ...second.jobs].map(({ id }) => id)).toEqual(newestFirst(starts.map(({ job }) => job)));
  });

  test("a page has at most 200 jobs, whatever is asked for", async () => {
    const { store } = await freshStore();
    await insertAll(
      store,
      Array.from({ length: 201 }, (_, index) => pendingJob(`job ${index}`)),
    );
    const page = await store.search.find({ limit: 1000 });
    expect(page.jobs).toHaveLength(200);
    expect(page.next).toBeDefined();
  });
}
