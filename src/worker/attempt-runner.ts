import type { Job } from "../model/job/job.ts";
import type { Outcome, TaskExecution } from "../model/job/task-execution.ts";
import type { TaskNode, Workflow } from "../model/workflow.ts";

/** One attempt of one task, as a worker has it run. */
export interface AttemptAsk {
  readonly workflow: Workflow;
  readonly job: Job;
  readonly node: TaskNode;
  readonly execution: TaskExecution;
  readonly signal: AbortSignal;
}

/** Runs attempts; never rejects. Joined from the task kinds by `compose.ts`. */
export type AttemptRunner = (ask: AttemptAsk) => Promise<Outcome>;
