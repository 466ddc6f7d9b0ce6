import { isOpen, type TaskExecution } from "../../model/job/task-execution.ts";
import { type Node, type ParallelNode, tasksOf } from "../../model/workflow.ts";
import type { Advance, NodeView, Progress } from "./progress.ts";
import { cancelledFailure } from "./task.ts";

type Branch = { readonly node: Node; readonly progress: Progress };

/** All branches at once. Complete when as many are as the join asks for; failed when no longer so many can be. */
export function advanceParallel(
  { children, join, onFailure }: ParallelNode,
  view: NodeView,
  advance: Advance,
): Progress {
  const branches = children.map((node): Branch => ({ node, progress: advance(node, view) }));
  const active = branches.filter(({ progress }) => progress.kind === "active");
  const failures = branches.flatMap(({ progress }) => (progress.kind === "failed" ? [progress.error] : []));
  const completed = branches.length - active.length - failures.length;
  const cancel = branches.flatMap(({ progress }) => progress.cancel);
  const cancelAll = [...new Set([...cancel, ...active.flatMap(({ node }) => openIn(node, view))])];
  if (completed >= join) return { kind: "completed", cancel: cancelAll };
  // What was cancelled failed because of something else.
  const error = failures.find(({ code }) => code !== cancelledFailure.code) ?? failures[0];
  if (error !== undefined && completed + active.length < join && (active.length === 0 || onFailure === "cancel"))
    return { kind: "failed", error, cancel: cancelAll };
  const schedule = active.flatMap(({ progress }) => (progress.kind === "active" ? progress.schedule : []));
  return { kind: "active", schedule, cancel };
}

function openIn(node: Node, view: NodeView): TaskExecution[] {
  const executions = [...tasksOf(node)].map(({ path }) => view.execution(path, 0));
  return executions.filter((execution) => execution !== undefined).filter(isOpen);
}
