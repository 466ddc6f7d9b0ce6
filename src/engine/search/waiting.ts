import type { Change } from "../../model/decision/decision.ts";
import type { Moment } from "../../model/decision/moment.ts";
import { isFinal, never } from "../../model/job/job.ts";
import { isOpen, type TaskExecution } from "../../model/job/task-execution.ts";
import type { WaitingReason } from "../../model/search/waiting.ts";
import { placesOf } from "../../model/tree/places.ts";
import type { SubWorkflowNode, WaitNode, Workflow } from "../../model/workflow.ts";

/** Of executions that are due at the same time the reason that stands first here is told. */
const order: readonly WaitingReason[] = ["worker", "retry", "start", "external", "event", "job", "time"];

/** For what a job waits that has these executions after a change, if no worker holds it: for what is due first. Undefined where it has ended. */
export function waitingOf(
  model: Workflow,
  change: Pick<Change, "status" | "readyAt" | "startedAt" | "lost">,
  tasks: readonly TaskExecution[],
  { nowMs }: Pick<Moment, "nowMs">,
): WaitingReason | undefined {
  const { status, readyAt = nowMs, startedAt, lost } = change;
  if (isFinal(status)) return undefined;
  if (status === "paused") return "paused";
  let first: { readonly dueAt: number; readonly reason: WaitingReason } | undefined;
  for (const task of tasks) {
    if (!isOpen(task)) continue;
    const dueAt = Math.max(nowMs, task.readyAt ?? (task.status === "awaiting" ? never : nowMs));
    if (first !== undefined && dueAt > first.dueAt) continue;
    const reason = reasonOf(model, task, dueAt > nowMs, startedAt !== undefined);
    if (first === undefined || dueAt < first.dueAt || order.indexOf(reason) < order.indexOf(first.reason))
      first = { dueAt, reason };
  }
  const { dueAt = nowMs, reason = "worker" } = first ?? {};
  return reason === "worker" && lost > 0 && readyAt > dueAt ? "worker_lost" : reason;
}

function reasonOf(model: Workflow, task: TaskExecution, isLater: boolean, hasBegun: boolean): WaitingReason {
  if (task.status !== "awaiting") return isLater ? (hasBegun || task.attempt > 1 ? "retry" : "start") : "worker";
  if (task.external !== undefined) return "external";
  if (task.type === ("sub_workflow" satisfies SubWorkflowNode["kind"])) return "job";
  return isForEvent(model, task) ? "event" : "time";
}

function isForEvent(model: Workflow, { path }: TaskExecution): boolean {
  const node = placesOf(model.root).get(path)?.node;
  return node?.kind === ("wait" satisfies WaitNode["kind"]) && "event" in node.for;
}
