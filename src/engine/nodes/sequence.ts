import type { Node, SequenceNode } from "../../model/workflow.ts";
import type { NodeView, Progress } from "./progress.ts";

/** One child after the other; the first that is not completed decides. */
export function advanceSequence(
  node: SequenceNode,
  view: NodeView,
  advance: (child: Node, view: NodeView) => Progress,
): Progress {
  for (const child of node.children) {
    const progress = advance(child, view);
    if (progress.kind !== "completed") return progress;
  }
  return { kind: "completed" };
}
