import { expect, test } from "vitest";
import { changeOf, entry, jobIdOf, pendingJob, testTime } from "../../../support/jobs.ts";
import { type FreshStore, insertAll } from "../../../support/store/fresh-store.ts";

export function history(freshStore: FreshStore): void {
  test("the history holds the entries of the start and of every commit, in order", async () => {
    const { store, connect } = await freshStore();
    const start = pendingJob("a");
    await insertAll(store, [start, pendingJob("b")]);
    const first = [
      entry("attempt_failed", {
        path: "0",
        attempt: 1,
        worker: "w1",
        fence: 1,
        startedAt: testTime,
        durationMs: 1.5,
        dueAt: 9,
      }),
      entry("task_failed", { path: "0", error: { code: "http_status", message: "503" } }),
    ];
    const second = [entry("job_failed", { at: testTime - 5, by: "me", reason: "é" })];
    await store.jobs.commit([changeOf(start.job, { history: first })]);
    await store.jobs.commit([changeOf({ ...start.job, version: 2 }, { history: [] })]);
    await store.jobs.commit([changeOf({ ...start.job, version: 3 }, { history: second })]);
    const expected = [...start.history, ...first, ...second];
    expect(await store.jobs.history(start.job.id)).toEqual(expected);
    expect(await (await connect()).jobs.history(start.job.id)).toEqual(expected);
  });

  test("an unknown job has no history, a job without entries an empty one", async () => {
    const { store } = await freshStore();
    await insertAll(store, [{ job: pendingJob("a").job, history: [] }]);
    expect(await store.jobs.history(jobIdOf("a"))).toEqual([]);
    expect(await store.jobs.history(jobIdOf("nobody"))).toBeUndefined();
  });
}
