import { expect, test } from "vitest";
import type { Deps } from "../../../../src/jobs/deps.ts";
import { jobEnd } from "../../../../src/jobs/watch/job-end.ts";
import type { Watching } from "../../../../src/jobs/watch/job-watch.ts";
import type { JobStatus } from "../../../../src/model/job/job.ts";
import { embedded } from "../../../support/embedded.ts";
import { pendingJob } from "../../../support/jobs.ts";
import { insertAll } from "../../../support/store/fresh-store.ts";

/** Deps that count how often a job is read. */
function counting(deps: Deps): { deps: Deps; reads: () => number } {
  let count = 0;
  const get: Deps["store"]["jobs"]["get"] = (id) => {
    count++;
    return deps.store.jobs.get(id);
  };
  return { deps: { ...deps, store: { ...deps.store, jobs: { ...deps.store.jobs, get } } }, reads: () => count };
}

test.each([
  ["by this process alone is not read for it", 0, 1],
  ["by others too is read", 1, 4],
])("a job that goes on %s, until it has ended", async (_, wakesEach, expected) => {
  const { deps, reads } = counting(await embedded([]));
  const start = pendingJob("a");
  await insertAll(deps.store, [start]);
  const statuses: JobStatus[] = ["running", "running", "running", "completed"];
  let [seen, wakes]: [Watching["seen"], number] = [undefined, 0];
  const watching: Watching = {
    get seen() {
      return seen;
    },
    get wakes() {
      return wakes;
    },
    async changed() {
      seen = { job: { ...start.job, status: statuses.shift() ?? "completed" } };
      wakes += wakesEach;
      return true;
    },
    end: () => undefined,
  };
  const { signal } = new AbortController();
  const end = await jobEnd(deps, start.job.id, { watching, waitMs: 60_000, signal });
  expect(end).toMatchObject({ kind: "ended", job: { status: "completed" } });
  expect(reads()).toBe(expected);
});
