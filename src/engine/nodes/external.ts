import type { TaskExecution } from "../../model/job/task-execution.ts";
import type { ExternalNode } from "../../model/workflow.ts";
import { render } from "../../template/render.ts";
import { RenderError } from "../../template/render-error.ts";
import { beginsAt } from "../tree/begins-at.ts";
import { keysOf } from "../tree/keys.ts";
import type { NodeView } from "../tree/look/view.ts";
import { active, failedWith, type Progress } from "../tree/progress.ts";
import { standOfAwaited } from "../tree/stand-of.ts";

/** Awaited until a worker from outside has done it: `external/` has what happens meanwhile. */
export function advanceExternal(node: ExternalNode, view: NodeView): Progress {
  const execution = view.execution(node.path);
  return standOfAwaited(execution) ?? begin(node, view, execution);
}

/** Rendered once to see that it can be, and again for whoever takes it: it is not kept meanwhile. */
function begin(node: ExternalNode, view: NodeView, before: TaskExecution | undefined): Progress {
  const { path, name, kind, queue, input, totalTimeoutMs } = node;
  const { iteration } = view;
  const scheduledAt = beginsAt(before, view.nowMs);
  try {
    render(input, view.scope());
  } catch (error) {
    if (!(error instanceof RenderError)) throw error;
    view.decided(node, () => {
      throw error;
    });
    return failedWith({ code: error.code, message: error.message });
  }
  const timed = totalTimeoutMs !== undefined && { readyAt: scheduledAt + totalTimeoutMs };
  const external = { queue, availableAt: scheduledAt };
  const about = { path, iteration, name, type: kind, status: "awaiting", attempt: 1 } as const;
  const schedule = { ...about, ...timed, ...keysOf(before), scheduledAt, external };
  return active({ schedule, ...(before?.status === "scheduled" && { open: before }) });
}
