import type { BulkAction } from "../../../client/workflows.ts";
import { ExitError } from "../../exit-error.ts";
import type { Globals } from "../../globals.ts";
import { actInBulk, type BulkAsk } from "../bulk/act-in-bulk.ts";
import { type Filter, filterOf, fixedTimes, jobFilterOf } from "../find/filter-options.ts";
import type { ActionCommandOptions } from "./action-options.ts";
import { actOnJob, bodyOf, deleteJob, skipTask } from "./jobs-action.ts";

/** Does it with the one job that is named, or with all that the options pick. Throws `ExitError`. */
export async function runAction(
  action: BulkAction,
  id: string | undefined,
  options: ActionCommandOptions,
  globals: Globals,
): Promise<number> {
  const { workflowVersion: _own, ofVersion, ...picking } = options;
  const filterOptions = { ...picking, ...(ofVersion !== undefined && { workflowVersion: ofVersion }) };
  const filter = filterOf(filterOptions, Date.now());
  const isEmpty = Object.keys(filter.fields).length + Object.keys(filter.inputs).length === 0;
  if (id !== undefined) {
    const isOfMany = !isEmpty || options.all === true || options.dryRun === true || options.cursor !== undefined;
    if (isOfMany) throw new ExitError(2, "name a job, or pick some by options such as --status, but not both");
    return await onOne(action, id, options, globals);
  }
  if (isEmpty && options.all !== true)
    throw new ExitError(2, `name the job, or say with which jobs: --status, --workflow and so on, or --all`);
  if (!isEmpty && options.all === true) throw new ExitError(2, "--all means every job: leave out the other options");
  if (action === "skip" && options.task === undefined)
    throw new ExitError(2, "say without which task the jobs go on: --task");
  const { workflow } = options;
  const ask = { action, picked: picked(filter, isEmpty), words: wordsOf(filter), workflow, more: bodyOf(options) };
  return await actInBulk({ ...ask, fixed: fixedTimes(filterOptions, filter) }, options, globals);
}

async function onOne(action: BulkAction, id: string, options: ActionCommandOptions, globals: Globals): Promise<number> {
  if (action === "delete") return await deleteJob(id, options, globals);
  if (action === "skip") {
    if (options.task === undefined) throw new ExitError(2, "missing required argument 'task'");
    return await skipTask(options.task, id, options, globals);
  }
  return await actOnJob(action, id, options, globals);
}

function picked(filter: Filter, isEmpty: boolean): BulkAsk["picked"] {
  return isEmpty ? { all: true } : { filter: jobFilterOf(filter) };
}

/** `status failed, workflow greet`. */
function wordsOf({ fields, inputs }: Filter): string {
  const words = [
    ...Object.entries(fields).map(([name, value]) => `${name.replaceAll("_", " ")} ${value}`),
    ...Object.entries(inputs).map(([name, value]) => `input ${name} ${value}`),
  ];
  return words.length === 0 ? "every job" : words.join(", ");
}
