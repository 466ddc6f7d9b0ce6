import type { SubWorkflowNode } from "../../model/workflow.ts";
import { beginsAt } from "../tree/begins-at.ts";
import { keptAnew } from "../tree/keys.ts";
import type { NodeView } from "../tree/look/view.ts";
import { active, type Progress } from "../tree/progress.ts";
import { standOfAwaited } from "../tree/stand-of.ts";

/** Awaited until its child has ended: `effects/follow-up.ts` calls the child, `effects/child-ended.ts` brings its end. */
export function advanceSubWorkflow({ path, name, kind, totalTimeoutMs }: SubWorkflowNode, view: NodeView): Progress {
  const { iteration } = view;
  const execution = view.execution(path);
  const stand = standOfAwaited(execution);
  if (stand !== undefined) return stand;
  const scheduledAt = beginsAt(execution, view.nowMs);
  const about = { path, iteration, name, type: kind, status: "awaiting", attempt: 1, scheduledAt } as const;
  const timed = totalTimeoutMs !== undefined && { readyAt: scheduledAt + totalTimeoutMs };
  const schedule = { ...about, ...timed, ...(execution !== undefined && keptAnew(execution, false)) };
  return active({ schedule, ...(execution?.status === "scheduled" && { open: execution }) });
}
