import type { Decision } from "../../model/decision/decision.ts";
import type { RetryRequested } from "../../model/decision/event.ts";
import type { Moment } from "../../model/decision/moment.ts";
import type { Job, JobStatus } from "../../model/job/job.ts";
import { hasNotSucceeded } from "../../model/job/task-execution.ts";
import type { Workflow } from "../../model/workflow.ts";
import { ignored } from "../ignored.ts";
import { withoutResults } from "../result-size.ts";
import { anew } from "../tree/anew.ts";
import { hasUndone, takenBack } from "../undo/taken-back.ts";
import { renew } from "./renew.ts";
import { retryTask } from "./retry-task.ts";
import { jobRetried } from "./told.ts";

const endedWithout: readonly JobStatus[] = ["failed", "timed_out", "terminated"];

/**
 * The same run goes on from the tasks that failed or were cancelled, with attempts counted anew; results of completed tasks are kept. Where tasks were undone, it goes on from the
 * first of these.
 */
export function retry(model: Workflow, job: Job, event: RetryRequested, moment: Moment): Decision {
  if (event.task !== undefined) return retryTask(model, job, event, event.task, moment);
  if (!endedWithout.includes(job.status)) return ignored("not_allowed_in_state");
  const newKey = event.newKey === true;
  const tasks = hasUndone(job)
    ? takenBack(model, job, newKey, moment)
    : job.tasks.filter(hasNotSucceeded).map((task) => anew(model, task, { living: false, newKey }, moment));
  return renew(model, withoutResults(job, tasks), "kept", { tasks, history: [jobRetried(job, event, moment)] }, moment);
}
