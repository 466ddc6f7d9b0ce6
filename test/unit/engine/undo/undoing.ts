import type { Job } from "../../../../src/model/job/job.ts";
import type { Outcome, TaskExecution } from "../../../../src/model/job/task-execution.ts";
import type { Workflow } from "../../../../src/model/workflow.ts";
import { sequence, task, undoable, workflow } from "../../../support/sample-workflow.ts";
import { after, at, failedForGood, finished, heldJob, succeeded } from "../situation.ts";

/** Two tasks that are undone, and two that are not. */
export const model = workflow(sequence(undoable("0"), undoable("1"), task("2"), task("3")), { timeoutMs: 60_000 });

/** The job after its open tasks ended, one after the other, in this way. */
export function ending(job: Job, outcomes: readonly Outcome[], of: Workflow = model, afterMs = 10): Job {
  let now = job;
  for (const [index, outcome] of outcomes.entries())
    now = after(of, now, finished(now, outcome, { worker: now.lease?.worker ?? "w1" }), at(afterMs + index));
  return now;
}

export function executionAt(job: Job, path: string): TaskExecution {
  const found = job.tasks.find((execution) => execution.path === path);
  if (found === undefined) throw new Error(path);
  return found;
}

/** It has done both, and the third has failed for good: it undoes. */
export const failed = ending(heldJob(model), [succeeded, succeeded, failedForGood]);
