import type { Change } from "../../model/decision/decision.ts";
import type { Moment } from "../../model/decision/moment.ts";
import { withTasks } from "../../model/job/executions.ts";
import type { Job } from "../../model/job/job.ts";
import type { Label } from "../../model/search/labels.ts";
import type { Workflow } from "../../model/workflow.ts";
import { labelsOf } from "./labels.ts";
import { waitingOf } from "./waiting.ts";

/** The change, with that by which the job is found after it: for what it waits, and its labels where they are not what they were. */
export function withNotes(model: Workflow, job: Job, change: Change, moment: Moment): Change {
  const tasks = change.renewal?.tasks === "replaced" ? change.tasks : withTasks(job.tasks, change.tasks);
  const { input, labels: before = [] } = job;
  const { error } = change;
  const ofSameRun = change.renewal === undefined ? before : [];
  const labels = labelsOf(model, { input, tasks, ...(error !== undefined && { error }) }, ofSameRun);
  const waiting = waitingOf(model, change, tasks, moment);
  return {
    ...change,
    ...(!isSame(labels, before) && { labels }),
    ...(waiting !== undefined && { waiting }),
  };
}

function isSame(some: readonly Label[], others: readonly Label[]): boolean {
  return some.length === others.length && some.every((label, at) => label === others[at]);
}
