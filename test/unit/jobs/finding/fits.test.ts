import { expect, test } from "vitest";
import { fits } from "../../../../src/jobs/finding/fits.ts";
import type { JobSummary } from "../../../../src/model/job/job.ts";
import type { JobFilter } from "../../../../src/store/search.ts";
import { pendingJob, testTime } from "../../../support/jobs.ts";
import { filters, isAskedFor, manyJobs, nowMs } from "../../../support/store/findable.ts";

const job: JobSummary = {
  ...pendingJob("a").job,
  status: "running",
  waiting: "retry",
  readyAt: testTime + 1000,
  createdAt: testTime,
  startedAt: testTime + 10,
};
const labels = ["error:http_status", "target:http://a"];

const { name, version } = job.workflow;

test.each<[JobFilter, boolean]>([
  [{}, true],
  [{ status: ["failed", "running"] }, true],
  [{ status: ["pending"] }, false],
  [{ workflow: name, version }, true],
  [{ workflow: `${name}x` }, false],
  [{ version: version + 1 }, false],
  [{ labels: ["target:http://a"] }, true],
  [{ labels: ["target:http://a", "error:other"] }, false],
  [{ waiting: ["retry"] }, true],
  [{ waiting: ["worker", "paused"] }, false],
  [{ idPrefix: job.id.slice(0, 5) }, true],
  [{ idPrefix: "zz" }, false],
  [{ ids: [job.id] }, true],
  [{ ids: [] }, false],
  [{ created: { from: testTime } }, true],
  [{ created: { to: testTime } }, false],
  [{ started: { from: testTime + 10, to: testTime + 11 } }, true],
  [{ started: { from: testTime + 11 } }, false],
  [{ finished: {} }, false],
])("%j: %s", (filter, expected) => {
  expect(fits(filter, { job, labels }, testTime)).toBe(expected);
});

test("a job whose time has come waits for a worker, one with a lease for nothing; with a lease it is running", () => {
  const due = testTime + 1000;
  expect(fits({ waiting: ["worker"] }, { job, labels }, due)).toBe(true);
  const leased: JobSummary = { ...job, status: "pending", lease: { worker: "w", fence: 1 } };
  expect(fits({ waiting: ["worker", "retry"] }, { job: leased, labels }, due)).toBe(false);
  expect(fits({ status: ["running"] }, { job: leased, labels }, due)).toBe(true);
});

test.each(Object.entries(filters))("a watcher of %s is told of the jobs that a list of them shows", (_name, filter) => {
  const jobs = manyJobs().map((start) => start.job);
  const told = jobs.filter((one) => fits(filter, { job: one, labels: one.labels ?? [] }, nowMs));
  expect(told.map(({ id }) => id)).toEqual(jobs.filter((one) => isAskedFor(one, filter)).map(({ id }) => id));
});
