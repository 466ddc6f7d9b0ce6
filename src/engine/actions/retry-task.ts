import type { Decision } from "../../model/decision/decision.ts";
import type { RetryRequested, TaskNamed } from "../../model/decision/event.ts";
import type { Moment } from "../../model/decision/moment.ts";
import { endingOf } from "../../model/job/extras.ts";
import { isFinal, type Job } from "../../model/job/job.ts";
import { hasNotSucceeded, type TaskExecution } from "../../model/job/task-execution.ts";
import { isUndo } from "../../model/tree/undo-path.ts";
import type { Workflow } from "../../model/workflow.ts";
import { aboutTask, executionOf } from "../about-attempt.ts";
import { ignored } from "../ignored.ts";
import { withoutResults } from "../result-size.ts";
import { nextStep } from "../step/next-step.ts";
import { anew } from "../tree/anew.ts";
import { hasUndone } from "../undo/taken-back.ts";
import { around } from "./around.ts";
import { renew } from "./renew.ts";
import { jobRetried, taskRetried } from "./told.ts";

/** One task begins anew. The others keep their state, but for those that were cancelled and are needed too. */
export function retryTask(
  model: Workflow,
  job: Job,
  event: RetryRequested,
  named: TaskNamed,
  moment: Moment,
): Decision {
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
  const before = withoutResults(job, tasks);
  if (living) return nextStep(model, before, { tasks, history: told }, moment);
  const { task: name, path, iteration } = aboutTask(task);
  const entry = { ...jobRetried(job, event, moment), task: name, path, ...(iteration !== undefined && { iteration }) };
  return renew(model, before, "kept", { tasks, history: [entry, ...told] }, moment);
}
