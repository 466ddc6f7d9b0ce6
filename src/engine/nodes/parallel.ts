import type { ParallelNode } from "../../model/workflow.ts";
import { joined } from "../tree/join.ts";
import type { NodeView } from "../tree/look/view.ts";
import type { Advance, Progress } from "../tree/progress.ts";

/** All branches at once. */
export function advanceParallel(node: ParallelNode, view: NodeView, advance: Advance): Progress {
  return joined(
    node.children.map((child) => advance(child, view)),
    node,
  );
}
