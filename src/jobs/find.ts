import { WorkflowsError } from "../model/errors.ts";
import { isJobId, type JobId } from "../model/ids.ts";
import type { HistoryEntry } from "../model/job/history.ts";
import { type Job, jobStatuses } from "../model/job/job.ts";
import { waitingReasons } from "../model/search/waiting.ts";
import type { CountsAsk, JobCount, JobPage, JobQuery } from "../store/search.ts";
import type { Deps } from "./deps.ts";

/** Throws job_not_found. */
export async function getJob(deps: Deps, id: JobId): Promise<Job> {
  const job = await deps.store.jobs.get(id);
  if (job === undefined) throw jobNotFound(id);
  return job;
}

/** A page of jobs; for what they wait is told as of now, unless the query names another moment. */
export function findJobs({ store, moment }: Pick<Deps, "store" | "moment">, query: JobQuery): Promise<JobPage> {
  return store.search.find(query.waiting === undefined ? query : { nowMs: moment().nowMs, ...query });
}

export interface Counts {
  readonly counts: readonly JobCount[];
  /** Of them all together. */
  readonly total: number;
  /** As the store says it: some may be missing. */
  readonly isDoubtful?: true;
}

/** How many jobs there are of each workflow in each status, by workflow, in the order of a job's life. */
export async function countJobs({ store }: Pick<Deps, "store">, ask: CountsAsk): Promise<Counts> {
  const { counts, isDoubtful } = await store.search.counts(ask);
  const ordered = counts.toSorted(
    (a, b) =>
      compareTexts(a.workflow, b.workflow) ||
      jobStatuses.indexOf(a.status) - jobStatuses.indexOf(b.status) ||
      rankOf(a) - rankOf(b),
  );
  const total = ordered.reduce((sum, { jobs }) => sum + jobs, 0);
  return { counts: ordered, total, ...(isDoubtful && { isDoubtful }) };
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function rankOf({ waiting }: JobCount): number {
  return waiting === undefined ? -1 : waitingReasons.indexOf(waiting);
}

/** Every transition of a job, in order. Throws job_not_found. */
export async function jobHistory(deps: Deps, id: JobId): Promise<HistoryEntry[]> {
  const history = await deps.store.jobs.history(id);
  if (history === undefined) throw jobNotFound(id);
  return history;
}

/** Characters of what was given as an id. */
const longestShown = 100;

/** The text is the original's and says little; what was looked for stands in the details. `id`: as it was given, whatever that is. */
export function jobNotFound(id: string, workflow?: string): WorkflowsError {
  const shown = JSON.stringify(id.slice(0, longestShown));
  const of = workflow === undefined ? "" : ` of the workflow ${JSON.stringify(workflow)}`;
  const message = isJobId(id)
    ? `There is no job ${id}${of}; it may have been removed`
    : `${shown} is no id of a job, which is 24 hex digits in small letters; lists find jobs by the first of them: id_prefix, or workflows jobs list --id-prefix`;
  return new WorkflowsError("job_not_found", "not found", { details: [{ at: "", message }] });
}
