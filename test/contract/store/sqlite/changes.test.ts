import { expect, test } from "vitest";
import { changeOf, completionOf, pendingJob } from "../../../support/jobs.ts";
import { by, claimed, insertAll, registered } from "../../../support/store/fresh-store.ts";
import { connect, temporaryPath } from "../../../support/store/sqlite-files.ts";

test("no version of a job is told twice, whatever process wrote it, and what nothing changed tells nothing", async () => {
  const path = await temporaryPath();
  const [first, second] = [await connect(path), await connect(path)];
  await registered(first, "w1");
  let { mark } = await second.search.changed({ limit: 1 });
  const seen: string[] = [];
  const look = async (): Promise<number> => {
    const before = seen.length;
    for (;;) {
      const answer = await second.search.changed({ since: mark, limit: 2 });
      mark = answer.mark;
      if (answer.jobs.length === 0) return seen.length - before;
      seen.push(...answer.jobs.map(({ job }) => `${job.id} ${job.version}`));
    }
  };
  const jobs = ["a", "b", "c", "d", "e"].map((name) => pendingJob(name));
  await insertAll(first, jobs.slice(0, 3));
  await insertAll(second, jobs.slice(3));
  expect(await look()).toBe(5);
  expect(await claimed(first, by("w1", { limit: 2 }))).toHaveLength(2);
  expect(await look()).toBe(2);
  const [, , , d, e] = jobs;
  if (d === undefined || e === undefined) throw new Error("There are five jobs");
  await Promise.all([first.jobs.commit([changeOf(d.job)]), second.jobs.commit([completionOf(e.job)])]);
  expect(await look()).toBe(2);
  await first.workers.expire("w1", 1, Date.now());
  expect(await look()).toBe(2);
  await first.jobs.commit([completionOf(d.job)]); // a conflict
  await first.jobs.insert([d]); // it exists
  expect(await look()).toBe(0);
  expect(new Set(seen).size).toBe(seen.length);
  expect(await second.search.changed({ since: "999999", limit: 1 })).toEqual({ jobs: [], mark });
});
