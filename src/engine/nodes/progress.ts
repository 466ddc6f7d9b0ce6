import type { Failure } from "../../model/job/failure.ts";
import type { TaskExecution } from "../../model/job/task-execution.ts";
import type { Node } from "../../model/workflow.ts";

/** How far a node has come, and which task executions it wants next. */
export type Progress = Stand & {
  /** Open executions in it whose results are of no use any more. */
  readonly cancel: readonly TaskExecution[];
};

export type Stand =
  /** Something in it is running, timed or awaited. */
  | { readonly kind: "active"; readonly schedule: readonly TaskExecution[] }
  | { readonly kind: "completed" }
  | { readonly kind: "failed"; readonly error: Failure };

/** How a node asks for the progress of those in it. */
export type Advance = (node: Node, view: NodeView) => Progress;

/** What a node sees of its job. */
export interface NodeView {
  readonly nowMs: number;
  execution(path: string, iteration: number): TaskExecution | undefined;
}
