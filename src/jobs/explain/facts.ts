import type { JobId } from "../../model/ids.ts";
import type { JobCount } from "../../store/search.ts";
import type { WorkerRow } from "../../store/store.ts";
import type { Deps } from "../deps.ts";
import type { JobTold } from "./told-history.ts";
import { tellJobsCourse } from "./told-history.ts";

/** All that an explanation is made of. */
export interface Facts extends JobTold {
  /** Of the store's clock, epoch ms. */
  readonly nowMs: number;
  /** How things stand at the workers; absent where the job does not wait for one. */
  readonly site?: SiteFacts;
}

export interface SiteFacts {
  /** Those that live, as they were at their last beats. */
  readonly workers: readonly WorkerRow[];
  /** Jobs of the workflow that workers have. */
  readonly held: number;
  /** Jobs of the workflow that wait for a worker. */
  readonly waiting: number;
}

/** Throws job_not_found. */
export async function factsOf(deps: Deps, id: JobId): Promise<Facts> {
  const told = await tellJobsCourse(deps, id);
  const { nowMs } = deps.moment();
  const { job } = told;
  if (job.lease !== undefined || job.readyAt === undefined || job.readyAt > nowMs) return { ...told, nowMs };
  const [workers, { counts }] = await Promise.all([
    deps.store.workers.list(),
    deps.store.search.counts({ workflow: job.workflow.name }),
  ]);
  return {
    ...told,
    nowMs,
    site: {
      workers: workers.filter(({ ended }) => ended !== true),
      held: sum(counts, ({ status, waiting }) => status === "running" && waiting === undefined),
      waiting: sum(counts, ({ waiting }) => waiting === "worker"),
    },
  };
}

function sum(counts: readonly JobCount[], isMeant: (count: JobCount) => boolean): number {
  return counts.filter(isMeant).reduce((total, { jobs }) => total + jobs, 0);
}
