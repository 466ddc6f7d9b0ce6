import type { Failure } from "../../model/job/failure.ts";
import type { TaskExecution } from "../../model/job/task-execution.ts";
import type { Node, TerminateNode } from "../../model/workflow.ts";
import type { NodeView } from "./look/view.ts";

/** How far a node has come, and which task executions it wants next. */
export type Progress = Stand & {
  /** Open executions in it whose results are of no use any more. */
  readonly cancel: readonly TaskExecution[];
};

export type Stand =
  /** Something in it is running, timed or awaited: `open`; `schedule` is to be so from now on. */
  | { readonly kind: "active"; readonly open: readonly TaskExecution[]; readonly schedule: readonly TaskExecution[] }
  | { readonly kind: "completed" }
  | { readonly kind: "failed"; readonly error: Failure }
  /** The whole job ends, whatever else of it runs. */
  | { readonly kind: "ended"; readonly status: TerminateNode["status"]; readonly error?: Failure };

/** How a node asks for the progress of those in it. */
export type Advance = (node: Node, view: NodeView) => Progress;

export function active(more: { readonly open?: TaskExecution; readonly schedule?: TaskExecution }): Progress {
  const { open, schedule } = more;
  return {
    kind: "active",
    open: open === undefined ? [] : [open],
    schedule: schedule === undefined ? [] : [schedule],
    cancel: [],
  };
}

export const completed: Progress = { kind: "completed", cancel: [] };

export function failedWith(error: Failure): Progress {
  return { kind: "failed", error, cancel: [] };
}
