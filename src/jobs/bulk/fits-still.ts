import type { JobId } from "../../model/ids.ts";
import { JobTooNew } from "../../model/job/format.ts";
import type { JobSummary } from "../../model/job/job.ts";
import type { JobFilter } from "../../store/search.ts";
import type { Deps } from "../deps.ts";
import { fits } from "../finding/fits.ts";

/** Those of a page that fit when their turn comes: others may have changed a job since, and then it is not what was meant. */
export async function fitsStill(deps: Deps, filter: JobFilter, jobs: readonly JobSummary[]): Promise<readonly JobId[]> {
  const versions = await deps.store.search.versions(jobs.map(({ id }) => id));
  const fitting = await Promise.all(
    jobs.map(async ({ id, version }) => {
      if (versions.get(id) === version) return id;
      if (!versions.has(id)) return undefined;
      try {
        const job = await deps.store.jobs.get(id);
        const isMeant = job !== undefined && fits(filter, { job, labels: job.labels ?? [] }, deps.moment().nowMs);
        return isMeant ? id : undefined;
      } catch (error) {
        if (error instanceof JobTooNew) return id; // and refuses what is to be done with it
        throw error;
      }
    }),
  );
  return fitting.filter((id) => id !== undefined);
}
