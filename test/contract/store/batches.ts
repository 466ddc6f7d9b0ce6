import { expect, test } from "vitest";
import type { JobStatus } from "../../../src/model/job/job.ts";
import type { JsonObject } from "../../../src/model/json.ts";
import type { NewJob } from "../../../src/store/store.ts";
import { changeOf, completedJob, completionOf, jobIdOf, pendingJob, task } from "../../support/jobs.ts";
import { type FreshStore, insertAll, stored } from "../../support/store/fresh-store.ts";

export function batches(freshStore: FreshStore): void {
  test("members are answered one by one, in order", async () => {
    const { store } = await freshStore();
    const [a, b, c] = [pendingJob("a"), pendingJob("b"), pendingJob("c")];
    await insertAll(store, [a, b, c]);
    await store.jobs.commit([changeOf(b.job)]);
    const cyclic: JsonObject = {};
    cyclic["self"] = cyclic;
    const answers = await store.jobs.commit([
      completionOf(a.job),
      completionOf(b.job),
      changeOf(pendingJob("nobody").job),
      completionOf(c.job, { tasks: [task("0", { result: { response: cyclic } })] }),
      completionOf(c.job),
    ]);
    expect(answers.map(({ kind }) => kind)).toEqual(["committed", "conflict", "gone", "refused", "committed"]);
    expect((await stored(store, jobIdOf("a"))).status).toBe("completed");
    expect((await stored(store, jobIdOf("b"))).status).toBe("running");
    expect((await stored(store, jobIdOf("c"))).status).toBe("completed");
  });

  test("a thousand members in one call, and a thousand calls at once, are all answered", async () => {
    const { store } = await freshStore();
    const jobs = Array.from({ length: 1000 }, (_, index) => pendingJob(`job ${index}`));
    await insertAll(store, jobs);
    const answers = await Promise.all(jobs.map(({ job }) => store.jobs.commit([completionOf(job)])));
    expect(answers.flat().filter(({ kind }) => kind === "committed")).toHaveLength(1000);
    const statuses: JobStatus[] = ["completed"];
    expect((await store.search.find({ status: statuses, limit: 200 })).jobs).toHaveLength(200);
  });

  test("what was acknowledged before is seen by every read that begins after", async () => {
    const { store } = await freshStore();
    const starts: NewJob[] = Array.from({ length: 100 }, (_, index) => completedJob(`job ${index}`));
    await Promise.all(
      starts.map(async (start) => {
        await store.jobs.insert([start]);
        expect(await store.jobs.get(start.job.id)).toEqual(start.job);
      }),
    );
  });
}
