import type { TaskExecution } from "../../model/job/task-execution.ts";
import type { SequenceNode } from "../../model/workflow.ts";
import type { NodeView } from "../tree/look/view.ts";
import type { Advance, Progress } from "../tree/progress.ts";

/** One child after the other; the first that is not completed decides. */
export function advanceSequence(node: SequenceNode, view: NodeView, advance: Advance): Progress {
  const cancel: TaskExecution[] = [];
  for (const child of node.children) {
    const progress = advance(child, view);
    cancel.push(...progress.cancel);
    if (progress.kind !== "completed") return { ...progress, cancel };
  }
  return { kind: "completed", cancel };
}
