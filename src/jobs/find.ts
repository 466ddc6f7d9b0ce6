import { WorkflowsError } from "../model/errors.ts";
import type { JobId } from "../model/ids.ts";
import type { HistoryEntry } from "../model/job/history.ts";
import type { Job } from "../model/job/job.ts";
import type { JobPage, JobQuery } from "../store/store.ts";
import type { Deps } from "./deps.ts";

/** Throws job_not_found. */
export async function getJob(deps: Deps, id: JobId): Promise<Job> {
  const job = await deps.store.jobs.get(id);
  if (job === undefined) throw jobNotFound();
  return job;
}

export function findJobs(deps: Deps, query: JobQuery): Promise<JobPage> {
  return deps.store.jobs.find(query);
}

/** Every transition of a job, in order. Throws job_not_found. */
export async function jobHistory(deps: Deps, id: JobId): Promise<HistoryEntry[]> {
  const history = await deps.store.jobs.history(id);
  if (history === undefined) throw jobNotFound();
  return history;
}

export function jobNotFound(): WorkflowsError {
  return new WorkflowsError("job_not_found", "not found");
}
