import type { ExecutionName } from "../../model/job/executions.ts";
import { iterationIn, turnsOf } from "../../model/tree/iteration.ts";
import { placesOf, type Repeater, repeaterOf } from "../../model/tree/places.ts";
import { childrenOf } from "../../model/tree/walk.ts";
import type { FanOutNode, Node, ParallelNode, Workflow } from "../../model/workflow.ts";
import type { Progress } from "./progress.ts";
import type { Stands } from "./stands.ts";

/** A node with branches, in the iteration in which a task stands below it. */
export interface Branching {
  readonly node: ParallelNode | FanOutNode;
  readonly iteration: number;
  /** How many loops and fan-outs are around the node. */
  readonly depth: number;
  readonly task: ExecutionName;
  /** That of the branch with the task, of a fan-out. */
  readonly own: number;
}

export interface Branches {
  /** So many must complete. */
  readonly join: number;
  readonly branches: readonly { readonly own: boolean; readonly stand: Progress["kind"] | undefined }[];
}

/** The innermost first. */
export function branchingsAround(model: Workflow, task: ExecutionName): Branching[] {
  const repeaters = placesOf(model.root).get(task.path)?.repeaters ?? [];
  const found: Branching[] = [];
  let depth = 0;
  for (const node of wayTo(model.root, task.path)) {
    if (node.kind === "parallel" || node.kind === "fan_out") {
      const own = node.kind === "fan_out" ? iterationAt(repeaters, task, depth + 1) : 0;
      found.unshift({ node, iteration: iterationAt(repeaters, task, depth), depth, task, own });
    }
    if (node.kind === "loop" || node.kind === "fan_out") depth += 1;
  }
  return found;
}

export function branchesOf({ node, iteration, task, own }: Branching, stands: Stands): Branches {
  if (node.kind === "parallel") {
    const branches = node.children.map((child) => ({
      own: holds(child, task.path),
      stand: stands.of(child, iteration),
    }));
    return { join: node.join, branches };
  }
  const { radix } = repeaterOf(node);
  const branches = [...stands.all(node.body)]
    .filter(([inner]) => Math.floor(inner / radix) === iteration)
    .map(([inner, stand]) => ({ own: inner === own, stand }));
  return { join: Math.min(node.join ?? branches.length, branches.length), branches };
}

/** Whether an execution stands below the branching, in the same iteration of it. */
export function isInside(model: Workflow, { node, iteration, depth }: Branching, execution: ExecutionName): boolean {
  if (!childrenOf(node).some((child) => holds(child, execution.path))) return false;
  const repeaters = placesOf(model.root).get(execution.path)?.repeaters ?? [];
  return iterationAt(repeaters, execution, depth) === iteration;
}

/** The nodes around the one at the path, the outermost first. */
function wayTo(node: Node, path: string): Node[] {
  const child = childrenOf(node).find((one) => holds(one, path));
  return child === undefined ? [] : [node, ...wayTo(child, path)];
}

/** Whether a path is that of the node or of one below it. */
export function holds(node: Node, path: string): boolean {
  return ("path" in node && node.path === path) || childrenOf(node).some((child) => holds(child, path));
}

/** The iteration of an execution as the first so many of the loops and fan-outs around it count. */
export function iterationAt(repeaters: readonly Repeater[], { iteration }: ExecutionName, depth: number): number {
  const turns = turnsOf(repeaters, iteration);
  return repeaters.slice(0, depth).reduce((outer, repeater, at) => iterationIn(outer, repeater, turns[at] ?? 0), 0);
}
