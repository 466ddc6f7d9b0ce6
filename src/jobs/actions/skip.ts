import { maySkip } from "../../engine/actions/skip.ts";
import type { JobId } from "../../model/ids.ts";
import { type Job, ranElsewhere } from "../../model/job/job.ts";
import { applyEvents } from "../apply.ts";
import { jobIncomplete } from "../can-only-end.ts";
import type { Deps } from "../deps.ts";
import { getJob } from "../find.ts";
import { type Ask, notAllowed, tellWorkers } from "./requested.ts";
import { taskChanged, type Wanted } from "./task-changed.ts";
import { type NamedTask, taskNamed } from "./task-named.ts";

const skipped: Wanted = {
  done: "skipped",
  jobDone: "continued without a task",
  allowed: "tasks that are open or failed",
};

/**
 * Lets a job go on without a task that is open or failed; an attempt of it that runs is aborted. A job that has ended without success goes on as
 * after a retry. Throws job_not_found, task_not_found, not_allowed_in_state, invalid_request.
 */
export async function skipTask(deps: Deps, id: JobId, { by, reason, ...named }: Ask & NamedTask): Promise<Job> {
  const before = await getJob(deps, id);
  if (ranElsewhere(before) || before.status === "completed") throw notAllowed(before, skipped.jobDone);
  if (before.damage !== undefined) throw jobIncomplete(before);
  const model = await deps.catalog.modelOf(before.workflow);
  const task = taskNamed(model, before, named, (one) => maySkip(before, one));
  const about = { path: task.path, iteration: task.iteration };
  const event = { kind: "skip", by, ...(reason !== undefined && { reason }), task: about } as const;
  const job = taskChanged(await applyEvents(deps, model, before, [event]), task, skipped);
  tellWorkers(deps, job);
  return job;
}
