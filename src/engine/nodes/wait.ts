import { never } from "../../model/job/job.ts";
import type { TaskExecution } from "../../model/job/task-execution.ts";
import { kindOf } from "../../model/json.ts";
import { epochMsOf } from "../../model/time.ts";
import type { WaitNode } from "../../model/workflow.ts";
import { render } from "../../template/render.ts";
import { RenderError } from "../../template/render-error.ts";
import { beginsAt } from "../tree/begins-at.ts";
import type { NodeView } from "../tree/look/view.ts";
import { active, failedWith, type Progress } from "../tree/progress.ts";
import { standOfAwaited } from "../tree/stand-of.ts";

/** Awaited until its time has come, or its event; `policies/time-outs.ts` and `signal.ts` end it. */
export function advanceWait(node: WaitNode, view: NodeView): Progress {
  const execution = view.execution(node.path);
  return standOfAwaited(execution) ?? begin(node, view, execution?.status === "undone" ? undefined : execution);
}

function begin(node: WaitNode, view: NodeView, open: TaskExecution | undefined): Progress {
  try {
    return active({ schedule: awaiting(node, view, open), ...(open !== undefined && { open }) });
  } catch (error) {
    if (!(error instanceof RenderError)) throw error;
    const { code, message } = error;
    view.decided(node, () => {
      throw error;
    });
    return failedWith({ code, message });
  }
}

function awaiting(node: WaitNode, view: NodeView, before: TaskExecution | undefined): TaskExecution {
  const { path, name, kind } = node;
  const { iteration } = view;
  const scheduledAt = beginsAt(before, view.nowMs);
  const readyAt = dueAt(node, view, scheduledAt);
  return {
    path,
    iteration,
    name,
    type: kind,
    status: "awaiting",
    attempt: 1,
    ...(readyAt !== undefined && { readyAt }),
    scheduledAt,
  };
}

function dueAt({ name, for: what }: WaitNode, view: NodeView, from: number): number | undefined {
  if ("event" in what) return what.timeoutMs === undefined ? undefined : from + what.timeoutMs;
  if ("durationMs" in what) return from + what.durationMs;
  const until = render(what.until, view.scope());
  const time = typeof until === "string" ? epochMsOf(until) : until;
  if (typeof time === "number" && Number.isSafeInteger(time) && time <= never) return Math.max(from, time);
  throw new RenderError(
    `"${name}" waits until a time, and found ${kindOf(until)} that is none: a time has its offset from UTC (RFC 3339), as 2030-01-31T06:00:00Z, or is a whole number of ms since 1970`,
  );
}
