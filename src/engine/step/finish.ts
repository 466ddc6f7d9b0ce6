import type { Change } from "../../model/decision/decision.ts";
import type { Moment } from "../../model/decision/moment.ts";
import { executionKey } from "../../model/job/executions.ts";
import type { Failure } from "../../model/job/failure.ts";
import type { Job, JobStatus } from "../../model/job/job.ts";
import { isOpen } from "../../model/job/task-execution.ts";
import { cancelled, taskCancelled } from "./cancelled.ts";
import { type Step, stepFields, unchanged } from "./step.ts";

/** How a job ends. */
export interface End {
  readonly status: Extract<JobStatus, "completed" | "failed" | "timed_out" | "terminated">;
  readonly error?: Failure | undefined;
  /** Where people asked for it: who, and why. */
  readonly by?: { readonly by: string; readonly reason?: string };
}

/** Ends the job: what was scheduled is cancelled, the lease given back. */
export function finish(job: Job, step: Step, moment: Moment, { status, error, by }: End): Change {
  const inStep = new Set(step.tasks.map(executionKey));
  const open = job.tasks
    .filter((task) => !inStep.has(executionKey(task)))
    .concat(step.tasks)
    .filter(isOpen);
  const { readyAt: _readyAt, error: _error, ...kept } = unchanged(job);
  return {
    ...kept,
    ...stepFields(job, step),
    ...(job.ending !== undefined && { extras: { ...step.extras, ending: "none" } }),
    status,
    tasks: step.tasks.filter((task) => !isOpen(task)).concat(open.map((task) => cancelled(task, moment))),
    ...(error !== undefined && { error }),
    finishedAt: moment.nowMs,
    lease: "release",
    history: [
      ...step.history,
      ...open.map((task) => taskCancelled(job, task, moment)),
      { at: moment.nowMs, type: `job_${status}`, run: job.run, ...(error !== undefined && { error }), ...by },
    ],
  };
}
