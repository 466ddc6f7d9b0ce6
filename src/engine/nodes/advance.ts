import type { Node } from "../../model/workflow.ts";
import { advanceParallel } from "./parallel.ts";
import type { NodeView, Progress } from "./progress.ts";
import { advanceSequence } from "./sequence.ts";
import { advanceTask } from "./task.ts";

/** Where a node stands, from the executions that there are: nothing about progress is kept beside them. */
export function advance(node: Node, view: NodeView): Progress {
  switch (node.kind) {
    case "task":
      return advanceTask(node, view);
    case "sequence":
      return advanceSequence(node, view, advance);
    case "parallel":
      return advanceParallel(node, view, advance);
    default:
      return node satisfies never;
  }
}
