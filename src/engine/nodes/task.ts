import type { TaskNode } from "../../model/workflow.ts";
import { withGroups } from "../process-groups.ts";
import { keysOf } from "../tree/keys.ts";
import type { NodeView } from "../tree/look/view.ts";
import { active, type Progress } from "../tree/progress.ts";
import { standOf } from "../tree/stand-of.ts";

/** One execution of the task. */
export function advanceTask({ path, name, type }: TaskNode, view: NodeView): Progress {
  const execution = view.execution(path);
  const stand = standOf(execution);
  if (stand !== undefined) return stand;
  const { iteration, nowMs } = view;
  const due = { status: "scheduled", attempt: 1, readyAt: nowMs, scheduledAt: nowMs } as const;
  const schedule = { path, iteration, name, type, ...due, ...keysOf(execution) };
  return active({ schedule: withGroups(schedule, execution?.processGroups ?? []) });
}
