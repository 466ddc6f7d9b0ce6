import type { JobId } from "../../model/ids.ts";
import { executionAt } from "../../model/job/executions.ts";
import type { HistoryEntry, ResultTold } from "../../model/job/history.ts";
import { type Job, ranElsewhere } from "../../model/job/job.ts";
import { hiderFor, noSecrets } from "../../model/told/hider.ts";
import { toldOf } from "../../model/told/told-of.ts";
import type { Workflow } from "../../model/workflow.ts";
import { isOfIncomplete, withoutTasks } from "../can-only-end.ts";
import type { Deps } from "../deps.ts";
import { getJob, jobHistory } from "../find.ts";

/** A job with its whole history. */
export interface JobTold {
  readonly job: Job;
  /** Absent where the definition is gone, and for a job of another program of whose workflow there is none here. */
  readonly model?: Workflow;
  readonly history: readonly HistoryEntry[];
}

/** Every transition of a job in order, those of completed tasks with what they asked and were answered. Throws job_not_found. */
export async function tellJobsCourse(deps: Deps, id: JobId): Promise<JobTold> {
  const history = await jobHistory(deps, id);
  const job = await getJob(deps, id);
  const model = await shownBy(deps, job);
  const hide = hiderFor(job, secretsBy(model, job), deps.moment().secrets ?? noSecrets);
  return { job, ...(model !== undefined && { model }), history: withResults(history, job, hide) };
}

/** The definition that tells what of a job is secret: its own, of another program's job the newest; undefined where there is none. */
export async function shownBy({ catalog }: Pick<Deps, "catalog">, job: Job): Promise<Workflow | undefined> {
  if (ranElsewhere(job)) return catalog.latest(job.workflow.name);
  try {
    return await catalog.modelOf(job.workflow);
  } catch (error) {
    if (isOfIncomplete(error)) return undefined;
    throw error;
  }
}

/** Of a job whose own definition is gone all inputs are secret. */
export function secretsBy(model: Workflow | undefined, job: Job): Pick<Workflow, "secretParameters"> {
  return model ?? (ranElsewhere(job) ? { secretParameters: [] } : withoutTasks(job));
}

/** Completed tasks are told with their results, which the job has, or the restart or retry that took them. */
export function withResults(
  history: readonly HistoryEntry[],
  job: Job,
  hide: (text: string) => string,
): HistoryEntry[] {
  const taken = new Map<string, ResultTold>();
  const told = history.toReversed().map((entry): HistoryEntry => {
    for (const result of entry.results ?? [])
      taken.set(nameOf(entry.type === "job_restarted" ? entry.run - 1 : entry.run, result), result);
    if (entry.type !== "task_completed") return entry;
    const before = taken.get(nameOf(entry.run, entry));
    if (before === undefined) return { ...entry, ...resultOf(entry, job, hide) };
    const { request, answer, untold } = before;
    return {
      ...entry,
      ...(request !== undefined && { request }),
      ...(answer !== undefined && { answer }),
      ...(untold !== undefined && { untold }),
    };
  });
  return told.reverse();
}

function nameOf(run: number, { path, iteration = 0, attempt }: Partial<ResultTold>): string {
  return `${run}/${path}#${iteration}/${attempt}`;
}

function resultOf({ run, path = "", iteration = 0, attempt }: HistoryEntry, job: Job, hide: (text: string) => string) {
  const task = run === job.run ? executionAt(job.tasks, { path, iteration }) : undefined;
  if (task?.result === undefined || task.attempt !== attempt) return {};
  return toldOf(task.type, task.result, hide);
}
