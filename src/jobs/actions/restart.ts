import { WorkflowsError } from "../../model/errors.ts";
import type { JobId } from "../../model/ids.ts";
import { isFinal, type Job, ranElsewhere } from "../../model/job/job.ts";
import type { Workflow } from "../../model/workflow.ts";
import { applyEvents } from "../apply.ts";
import { isOfIncomplete, jobIncomplete, withoutTasks } from "../can-only-end.ts";
import type { Deps } from "../deps.ts";
import { getJob } from "../find.ts";
import { requireInputs } from "../start.ts";
import { type Ask, changed, notAllowed } from "./requested.ts";

export interface RestartAsk extends Ask {
  /** Of the job's workflow; absent: the definition that the job was started with. */
  readonly version?: number;
}

/**
 * Runs an ended job once more from the beginning, under its id and with its input.
 * Throws job_not_found, not_allowed_in_state, workflow_not_found, missing_input_parameters, definition_missing, job_incomplete.
 */
export async function restartJob(deps: Deps, id: JobId, { version, ...ask }: RestartAsk): Promise<Job> {
  const before = await getJob(deps, id);
  if (ranElsewhere(before) || !isFinal(before.status)) throw notAllowed(before, "restarted");
  if (before.damage !== undefined) throw jobIncomplete(before);
  const model = await modelFor(deps, before, version);
  requireInputs(model, before.input);
  const ran = model.digest === before.workflow.digest ? model : await ranBy(deps, before);
  const event = { kind: "restart", ran, ...ask } as const;
  const job = changed(await applyEvents(deps, model, before, [event]), "restarted");
  deps.notifier.publish({ kind: "ready" });
  return job;
}

/** What is known of secrets of the earlier run: with another version a job goes on whose own definition is gone. */
async function ranBy({ catalog }: Deps, job: Job): Promise<Pick<Workflow, "secretParameters">> {
  try {
    return await catalog.modelOf(job.workflow);
  } catch (error) {
    if (!isOfIncomplete(error)) throw error;
    return withoutTasks(job);
  }
}

async function modelFor({ catalog }: Deps, { workflow }: Job, version: number | undefined): Promise<Workflow> {
  if (version === undefined || version === workflow.version) return catalog.modelOf(workflow);
  const found = await catalog.version(workflow.name, version);
  if (found !== undefined) return found;
  const newest = await catalog.named(workflow.name, undefined);
  const known = newest === undefined ? "" : `; the newest is ${newest.version}, and the job has ${workflow.version}`;
  throw new WorkflowsError("workflow_not_found", `There is no version ${version} of workflow ${workflow.name}${known}`);
}
