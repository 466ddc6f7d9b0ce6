import type { Job } from "../model/job/job.ts";
import type { ProcessGroup } from "../model/job/process-group.ts";
import type { Outcome, TaskExecution } from "../model/job/task-execution.ts";
import type { TaskNode, Workflow } from "../model/workflow.ts";

/** One attempt of one task, as a worker has it run. */
export interface AttemptAsk {
  readonly workflow: Workflow;
  readonly job: Job;
  readonly node: TaskNode;
  readonly execution: TaskExecution;
  readonly signal: AbortSignal;
  /**
   * To be asked before the attempt calls anybody, with whom it calls, and with how people may see that: resolves when a slot may be used for that, false where the attempt
   * shall not go on. How it ends then is told to nobody.
   */
  readonly enter: (target: string | undefined, shown: string | undefined) => Promise<boolean>;
  /** Has it stored that the attempt started processes, before they do anything; false: they must not. */
  readonly began: (group: ProcessGroup) => Promise<boolean>;
}

/** Runs attempts; never rejects. Joined from the task kinds by `compose.ts`. */
export type AttemptRunner = (ask: AttemptAsk) => Promise<Outcome>;
