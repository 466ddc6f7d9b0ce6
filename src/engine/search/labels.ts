import type { Job } from "../../model/job/job.ts";
import { errorLabel, inputLabel, isInputLabel, type Label, maxLabels, targetLabel } from "../../model/search/labels.ts";
import type { Workflow } from "../../model/workflow.ts";

/**
 * By what the job can be found: the inputs that its workflow names, the code of its own failure, and of its tasks the codes under which they, or their last attempts, failed, and
 * whom they called. What comes first in here counts first where there would be more than `maxLabels`.
 * A workflow that names no inputs leaves those among the labels `before`: it may stand for a definition that cannot be had.
 */
export function labelsOf(
  { searchable }: Pick<Workflow, "searchable">,
  { input, error, tasks }: Pick<Job, "input" | "error" | "tasks">,
  before: readonly Label[] = [],
): Label[] {
  const codes = new Set<string>();
  const targets = new Set<string>();
  if (error !== undefined) codes.add(error.code);
  let last: string | undefined; // of a thousand branches most call the same
  for (const task of tasks) {
    if (task.error !== undefined) codes.add(task.error.code);
    if (task.target !== undefined && task.target !== last) targets.add(task.target);
    last = task.target;
  }
  const inputs =
    searchable === undefined
      ? before.filter(isInputLabel)
      : searchable.flatMap((name) => inputAsLabel(input, name) ?? []);
  return [...inputs, ...[...codes].map(errorLabel), ...[...targets].map(targetLabel)].slice(0, maxLabels);
}

function inputAsLabel(input: Job["input"], name: string): Label | undefined {
  const value = Object.hasOwn(input, name) ? input[name] : undefined;
  return value === undefined ? undefined : inputLabel(name, value);
}
