import type { Decision } from "../../model/decision/decision.ts";
import type { RetryRequested, TaskNamed } from "../../model/decision/event.ts";
import type { Moment } from "../../model/decision/moment.ts";
import { endingOf } from "../../model/job/extras.ts";
import type { HistoryEntry } from "../../model/job/history.ts";
import { isFinal, type Job, type JobStatus } from "../../model/job/job.ts";
import type { TaskExecution } from "../../model/job/task-execution.ts";
import { isUndo } from "../../model/tree/undo-path.ts";
import type { Workflow } from "../../model/workflow.ts";
import { aboutTask, executionOf } from "../about-attempt.ts";
import { ignored } from "../ignored.ts";
import { nextStep } from "../next-step.ts";
import { bytesOf } from "../result-size.ts";
import { hasUndone, takenBack } from "../undo/taken-back.ts";
import { anew } from "./anew.ts";
import { askedBy } from "./asked-by.ts";
import { around } from "./branch.ts";
import { renew } from "./renew.ts";

const endedWithout: readonly JobStatus[] = ["failed", "timed_out", "terminated"];

/** The same run goes on from the tasks that failed or were cancelled, with attempts counted anew; results of completed tasks are kept. */
export function retry(model: Workflow, job: Job, event: RetryRequested, moment: Moment): Decision {
  if (event.task !== undefined) return retryTask(model, job, event, event.task, moment);
  if (!endedWithout.includes(job.status)) return ignored("not_allowed_in_state");
  if (hasUndone(job)) return retryUndone(model, job, event, moment);
  const undone = job.tasks.filter((task) => hasNotSucceeded(task));
  const tasks = undone.map((task) => anew(model, task, { living: false, newKey: event.newKey === true }, moment));
  return renew(model, without(job, undone), "kept", { tasks, history: [retried(job, event, moment)] }, moment);
}

/** The others keep their state, but for those that were cancelled and are needed too. */
function retryTask(model: Workflow, job: Job, event: RetryRequested, named: TaskNamed, moment: Moment): Decision {
  if (job.status === "completed" || endingOf(job) !== undefined) return ignored("not_allowed_in_state");
  const task = executionOf(job, named);
  if (task === undefined || !hasNotSucceeded(task) || isUndo(task)) return ignored("not_allowed_for_task");
  if (hasUndone(job)) return ignored("hopeless"); // what came before it is to be done first
  const living = !isFinal(job.status);
  const again = (one: TaskExecution): TaskExecution =>
    anew(model, one, { living, newKey: event.newKey === true }, moment);
  const begun = again(task);
  const others = around(model, job, begun, again, moment);
  if (others.kind !== "goes_on") return ignored(others.kind);
  const tasks = [begun, ...others.with];
  const told = tasks.map((one) => taskRetried(job, one, event, moment));
  const before = without(
    job,
    tasks.flatMap((one) => executionOf(job, one) ?? []),
  );
  if (!living) {
    const { task: name, path, iteration } = aboutTask(task);
    const entry = { ...retried(job, event, moment), task: name, path, ...(iteration !== undefined && { iteration }) };
    return renew(model, before, "kept", { tasks, history: [entry, ...told] }, moment);
  }
  return nextStep(model, before, { tasks, history: told }, moment);
}

/** From the first of the tasks that were undone. */
function retryUndone(model: Workflow, job: Job, event: RetryRequested, moment: Moment): Decision {
  const tasks = takenBack(model, job, event.newKey === true, moment);
  const before = without(
    job,
    tasks.flatMap((one) => executionOf(job, one) ?? []),
  );
  return renew(model, before, "kept", { tasks, history: [retried(job, event, moment)] }, moment);
}

export function hasNotSucceeded({ status }: TaskExecution): boolean {
  return status === "failed" || status === "cancelled";
}

/** What the job weighs without the results of these. */
export function without(job: Job, tasks: readonly TaskExecution[]): Job {
  return { ...job, bytes: tasks.reduce((sum, { result }) => sum - bytesOf(result), job.bytes) };
}

/** How the history tells that people had an ended job go on. */
export function retried(
  job: Job,
  event: { by: string; reason?: string; newKey?: true },
  { nowMs }: Moment,
): HistoryEntry {
  return { at: nowMs, type: "job_retried", run: job.run, ...(event.newKey && { newKey: true }), ...askedBy(event) };
}

function taskRetried(job: Job, task: TaskExecution, event: RetryRequested, { nowMs }: Moment): HistoryEntry {
  const key = event.newKey === true ? { newKey: true as const } : {};
  return { at: nowMs, type: "task_retried", run: job.run, ...aboutTask(task), ...key, ...askedBy(event) };
}
