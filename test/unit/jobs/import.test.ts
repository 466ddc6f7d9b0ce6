import { expect, onTestFinished, test } from "vitest";
import { importJobs, type JobCounts, type LeftJob } from "../../../src/jobs/import/import-jobs.ts";
import { Overloaded } from "../../../src/model/errors.ts";
import type { Job } from "../../../src/model/job/job.ts";
import type { ForeignJob } from "../../../src/store/foreign.ts";
import type { JobStore, Store } from "../../../src/store/store.ts";
import { completedJob, jobIdOf, task, testTime } from "../../support/jobs.ts";
import { connect, temporaryPath } from "../../support/store/sqlite-files.ts";

async function freshStore(): Promise<Store> {
  const store = await connect(await temporaryPath());
  onTestFinished(() => store.close());
  return store;
}

/** A job as another program ran it. */
function ranElsewhere(name: string, more: Partial<Job> = {}): Job {
  const { finishedAt: _finishedAt, ...job } = completedJob(name, more).job;
  return { ...job, workflow: { ...job.workflow, digest: "" } };
}

/** Takes jobs over, and tells what happened. */
async function run(jobs: readonly Job[], into: Pick<JobStore, "insert">) {
  const left: LeftJob[] = [];
  const steps: number[] = [];
  async function* found(): AsyncGenerator<ForeignJob> {
    for (const job of jobs) yield { kind: "job", job };
  }
  const counts = await importJobs({
    from: { jobs: found, shown: "elsewhere" },
    into,
    nowMs: testTime,
    startedSinceMs: testTime - 1000,
    left: (job) => left.push(job),
    progress: ({ imported }: JobCounts) => steps.push(imported),
  });
  return { counts, left, steps };
}

test("no more than a hundred jobs, or a mebibyte of them, are in memory at once", async () => {
  const store = await freshStore();
  const small = Array.from({ length: 250 }, (_, index) => ranElsewhere(`small ${index}`));
  expect((await run(small, store.jobs)).steps).toEqual([100, 200, 250]);
  const result = { response: { statusCode: 200, body: "x".repeat(600_000) } };
  const large = Array.from({ length: 5 }, (_, index) => ({
    ...ranElsewhere(`large ${index}`),
    tasks: [task("0", { status: "completed", result })],
  }));
  expect((await run(large, store.jobs)).steps).toEqual([2, 4, 5]);
});

test("where the store has too much to do, an import waits and goes on", async () => {
  const { jobs } = await freshStore();
  let refusals = 3;
  const busy: Pick<JobStore, "insert"> = {
    async insert(members) {
      if (refusals > 0) {
        refusals -= 1;
        throw new Overloaded("too much to do", 1);
      }
      return jobs.insert(members);
    },
  };
  const { counts } = await run([ranElsewhere("a"), ranElsewhere("b")], busy);
  expect(counts).toMatchObject({ imported: 2, refused: 0 });
  expect(refusals).toBe(0);
  expect(await jobs.get(jobIdOf("b"))).toMatchObject({ status: "completed", finishedAt: testTime });
});

test("a job that the store can never take is named, and those beside it are taken", async () => {
  const { jobs } = await freshStore();
  const impossible = ranElsewhere("impossible", { input: { text: "x".repeat(17 * 1024 * 1024) } });
  const { counts, left } = await run([ranElsewhere("a"), impossible, ranElsewhere("b")], jobs);
  expect(counts).toMatchObject({ imported: 2, refused: 1 });
  expect(left).toMatchObject([{ id: jobIdOf("impossible"), why: "refused", reason: expect.stringContaining("limit") }]);
});

test("jobs of which the time is over are left, those of the very moment are taken", async () => {
  const { jobs } = await freshStore();
  const at = [testTime - 1001, testTime - 1000, testTime];
  const { counts, left } = await run(
    at.map((createdAt) => ranElsewhere(`job ${createdAt}`, { createdAt })),
    jobs,
  );
  expect(counts).toMatchObject({ imported: 2, old: 1 });
  expect(left).toMatchObject([{ id: jobIdOf(`job ${testTime - 1001}`), why: "old" }]);
});
