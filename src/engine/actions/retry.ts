import type { Decision } from "../../model/decision/decision.ts";
import type { RetryRequested } from "../../model/decision/event.ts";
import type { Moment } from "../../model/decision/moment.ts";
import type { Job, JobStatus } from "../../model/job/job.ts";
import type { TaskExecution } from "../../model/job/task-execution.ts";
import type { Workflow } from "../../model/workflow.ts";
import { ignored } from "../ignored.ts";
import { bytesOf } from "../result-size.ts";
import { askedBy } from "./asked-by.ts";
import { renew } from "./renew.ts";

const allowedIn: readonly JobStatus[] = ["failed", "timed_out", "terminated"];

/** The same run goes on from the tasks that failed or were cancelled, with attempts counted anew; results of completed tasks are kept. */
export function retry(model: Workflow, job: Job, event: RetryRequested, moment: Moment): Decision {
  if (!allowedIn.includes(job.status)) return ignored("not_allowed_in_state");
  const undone = job.tasks.filter(({ status }) => status === "failed" || status === "cancelled");
  const bytes = undone.reduce((sum, { result }) => sum - bytesOf(result), job.bytes);
  const entry = { at: moment.nowMs, type: "job_retried", run: job.run, ...askedBy(event) } as const;
  const step = { tasks: undone.map((task) => anew(task, moment)), history: [entry] };
  return renew(model, { ...job, bytes }, "kept", step, moment);
}

function anew({ path, iteration, name, type }: TaskExecution, { nowMs }: Moment): TaskExecution {
  return { path, iteration, name, type, status: "scheduled", attempt: 1, readyAt: nowMs, scheduledAt: nowMs };
}
