import type { TaskNode } from "../../model/workflow.ts";
import type { NodeView, Progress } from "./progress.ts";

/** Of a task that ended because others did. */
export const cancelledFailure = { code: "cancelled", message: "The task was cancelled" };

const unknownFailure = { code: "internal", message: "The task failed without a reason" };

/** One execution of the task; a skipped task lets its successors run. */
export function advanceTask(node: TaskNode, view: NodeView): Progress {
  const execution = view.execution(node.path, 0);
  if (execution === undefined) {
    return {
      kind: "active",
      cancel: [],
      schedule: [
        {
          path: node.path,
          iteration: 0,
          name: node.name,
          type: node.type,
          status: "scheduled",
          attempt: 1,
          readyAt: view.nowMs,
          scheduledAt: view.nowMs,
        },
      ],
    };
  }
  switch (execution.status) {
    case "scheduled":
    case "started":
      return { kind: "active", schedule: [], cancel: [] };
    case "completed":
    case "skipped":
      return { kind: "completed", cancel: [] };
    case "failed":
      return { kind: "failed", error: execution.error ?? unknownFailure, cancel: [] };
    case "cancelled":
      return { kind: "failed", error: cancelledFailure, cancel: [] };
    default:
      return execution.status satisfies never;
  }
}
