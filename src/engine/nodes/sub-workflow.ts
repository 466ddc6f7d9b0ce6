import type { SubWorkflowNode } from "../../model/workflow.ts";
import { beginsAt } from "../tree/begins-at.ts";
import { cancelledFailure, unknownFailure } from "../tree/failures.ts";
import { generationOf, keysOf } from "../tree/keys.ts";
import { active, completed, failedWith, type Progress } from "../tree/progress.ts";
import type { NodeView } from "../tree/view.ts";

/** Awaited until its child has ended: `effects/follow-up.ts` calls the child, `effects/child-ended.ts` brings its end. */
export function advanceSubWorkflow({ path, name, kind, totalTimeoutMs }: SubWorkflowNode, view: NodeView): Progress {
  const { iteration } = view;
  const execution = view.execution(path);
  const scheduledAt = beginsAt(execution, view.nowMs);
  const about = { path, iteration, name, type: kind, status: "awaiting", attempt: 1, scheduledAt } as const;
  const timed = totalTimeoutMs !== undefined && { readyAt: scheduledAt + totalTimeoutMs };
  const schedule = { ...about, ...timed, ...keysOf(execution), ...generationOf(execution) };
  if (execution === undefined) return active({ schedule });
  switch (execution.status) {
    case "undone":
      return active({ schedule });
    case "scheduled": // by a retry
      return active({ open: execution, schedule });
    case "awaiting":
    case "started":
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
