import type { Change, Decision } from "../../model/decision/decision.ts";
import type { Moment } from "../../model/decision/moment.ts";
import { executionAt } from "../../model/job/executions.ts";
import type { HistoryEntry, ResultTold } from "../../model/job/history.ts";
import type { Job } from "../../model/job/job.ts";
import type { TaskExecution } from "../../model/job/task-execution.ts";
import { hiderFor, noSecrets } from "../../model/told/hider.ts";
import { maxTold, toldBytes, toldOf } from "../../model/told/told-of.ts";
import type { Workflow } from "../../model/workflow.ts";

/**
 * What people have a job do anew, with what the history is to keep of results that go with it. As long as the job has a result, the history does without:
 * a task that completes is written once. At most half of the room that is left is used, so that later attempts have some too.
 */
export function withResultsTold(
  workflow: Pick<Workflow, "secretParameters">,
  job: Job,
  decision: Decision,
  { secrets = noSecrets }: Moment,
): Decision {
  if (decision.kind === "ignored" || decision.renewal === undefined) return decision;
  const gone = job.tasks.filter((task) => task.result !== undefined && isDone(task) && !keepsResult(task, decision));
  const position = decision.history.findIndex(({ type }) => type === "job_restarted" || type === "job_retried");
  if (gone.length === 0 || position < 0) return decision;
  const hide = hiderFor(job, workflow, secrets);
  const room = (maxTold - (job.told ?? 0)) / 2;
  let used = 0;
  const results = gone.map((task): ResultTold => {
    const { path, iteration, attempt } = task;
    const about = { path, ...(iteration > 0 && { iteration }), attempt };
    const told = toldOf(task.type, task.result ?? {}, hide);
    const bytes = toldBytes(told);
    if (used + bytes > room) return { ...about, untold: true };
    used += bytes;
    return { ...about, ...told };
  });
  const history = decision.history.map(
    (entry, index): HistoryEntry => (index === position ? { ...entry, results } : entry),
  );
  return { ...decision, history, extras: { ...decision.extras, told: (job.told ?? 0) + used } };
}

/** Of those that failed, the history has told when they did. */
function isDone({ status }: TaskExecution): boolean {
  return status === "completed" || status === "undone";
}

function keepsResult(task: TaskExecution, { renewal, tasks }: Change): boolean {
  const after = executionAt(tasks, task);
  if (after !== undefined) return after.result !== undefined;
  return renewal?.tasks !== "replaced";
}
