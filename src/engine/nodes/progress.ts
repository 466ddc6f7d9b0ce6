import type { Failure } from "../../model/job/failure.ts";
import type { TaskExecution } from "../../model/job/task-execution.ts";

/** How far a node has come, and which task executions it wants next. */
export type Progress =
  /** Something in it is running, timed or awaited. */
  | { readonly kind: "active"; readonly schedule: readonly TaskExecution[] }
  | { readonly kind: "completed" }
  | { readonly kind: "failed"; readonly error: Failure };

/** What a node sees of its job. */
export interface NodeView {
  readonly nowMs: number;
  execution(path: string, iteration: number): TaskExecution | undefined;
}
