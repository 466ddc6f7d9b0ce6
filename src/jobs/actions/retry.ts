import type { JobId } from "../../model/ids.ts";
import { type Job, ranElsewhere } from "../../model/job/job.ts";
import { hasNotSucceeded } from "../../model/job/task-execution.ts";
import { applyEvent, applyEvents } from "../apply.ts";
import { jobIncomplete } from "../can-only-end.ts";
import type { Deps } from "../deps.ts";
import { getJob } from "../find.ts";
import { type Ask, changed, notAllowed, tellWorkers } from "./requested.ts";
import { taskChanged, type Wanted } from "./task-changed.ts";
import { type NamedTask, taskNamed } from "./task-named.ts";

export interface RetryAsk extends Ask, Partial<NamedTask> {
  /** What is run again is called under another `Idempotency-Key` than before. */
  readonly newKey?: boolean;
}

const retried: Wanted = { done: "retried", jobDone: "retried", allowed: "tasks that failed or were cancelled" };

/**
 * Lets a job that failed, timed out or was cancelled go on from where it did not succeed; with `task`, from that one alone, also while others
 * still run. Throws job_not_found, task_not_found, not_allowed_in_state, invalid_request.
 */
export async function retryJob(deps: Deps, id: JobId, ask: RetryAsk): Promise<Job> {
  const { task, iteration, newKey, by, reason } = ask;
  const event: Asked = {
    kind: "retry",
    by,
    ...(reason !== undefined && { reason }),
    ...(newKey === true && { newKey }),
  };
  if (task !== undefined) return retryTask(deps, id, event, { task, ...(iteration !== undefined && { iteration }) });
  const job = changed(await applyEvent(deps, id, event), retried.jobDone);
  deps.notifier.publish({ kind: "ready" });
  return job;
}

type Asked = { readonly kind: "retry"; readonly newKey?: true } & Ask;

async function retryTask(deps: Deps, id: JobId, event: Asked, named: NamedTask): Promise<Job> {
  const before = await getJob(deps, id);
  if (ranElsewhere(before) || before.status === "completed") throw notAllowed(before, retried.jobDone);
  if (before.damage !== undefined) throw jobIncomplete(before);
  const model = await deps.catalog.modelOf(before.workflow);
  const task = taskNamed(model, before, named, hasNotSucceeded);
  const about = { path: task.path, iteration: task.iteration };
  const job = taskChanged(await applyEvents(deps, model, before, [{ ...event, task: about }]), task, retried);
  tellWorkers(deps, job);
  return job;
}
