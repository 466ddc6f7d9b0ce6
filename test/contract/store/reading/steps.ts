import { expect, test } from "vitest";
import { changeOf, entry, jobIdOf, pendingJob, testTime } from "../../../support/jobs.ts";
import { type FreshStore, insertAll } from "../../../support/store/fresh-store.ts";

export function steps(freshStore: FreshStore): void {
  test("the history is told commit by commit, from any on as many as are asked for, and commits that told nothing are none", async () => {
    const { store } = await freshStore();
    const start = pendingJob("a");
    await insertAll(store, [start, pendingJob("b")]);
    const first = [entry("attempt_failed", { path: "0", attempt: 1 }), entry("task_failed", { path: "0" })];
    const second = [entry("job_failed", { at: testTime - 5, by: "me" })];
    await store.jobs.commit([changeOf(start.job, { history: first })]);
    await store.jobs.commit([changeOf({ ...start.job, version: 2 }, { history: [] })]);
    await store.jobs.commit([changeOf({ ...start.job, version: 3 }, { history: second })]);
    const all = [[...start.history], first, second];
    for (const from of [0, 1, 2, 3, 10])
      for (const limit of [1, 2, 100])
        expect(await store.search.steps(start.job.id, from, limit)).toEqual(all.slice(from, from + limit));
    expect(await store.search.steps(jobIdOf("nobody"), 0, 1)).toBeUndefined();
  });
}
