import type { TaskNode } from "../../model/workflow.ts";
import { withGroups } from "../processes/groups.ts";
import { cancelledFailure, unknownFailure } from "../tree/failures.ts";
import { keysOf } from "../tree/keys.ts";
import { active, completed, failedWith, type Progress } from "../tree/progress.ts";
import type { NodeView } from "../tree/view.ts";

/** One execution of the task; a skipped task lets its successors run. */
export function advanceTask({ path, name, type }: TaskNode, view: NodeView): Progress {
  const execution = view.execution(path);
  if (execution === undefined || execution.status === "undone") {
    const { iteration, nowMs } = view;
    const due = { status: "scheduled", attempt: 1, readyAt: nowMs, scheduledAt: nowMs } as const;
    const schedule = { path, iteration, name, type, ...due, ...keysOf(execution) };
    return active({ schedule: withGroups(schedule, execution?.processGroups ?? []) });
  }
  switch (execution.status) {
    case "scheduled":
    case "started":
    case "awaiting":
      return active({ open: execution });
    case "completed":
    case "skipped":
      return completed;
    case "failed":
      return failedWith(execution.error ?? unknownFailure);
    case "cancelled":
      return failedWith(cancelledFailure);
    default:
      return execution.status satisfies never;
  }
}
