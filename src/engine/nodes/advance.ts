import type { Node } from "../../model/workflow.ts";
import type { NodeView } from "../tree/look/view.ts";
import type { Advance, Progress } from "../tree/progress.ts";
import { advanceChoice } from "./choice.ts";
import { advanceExternal } from "./external.ts";
import { advanceFanOut } from "./fan-out.ts";
import { advanceLoop } from "./loop.ts";
import { advanceParallel } from "./parallel.ts";
import { advanceSequence } from "./sequence.ts";
import { advanceSetVariable } from "./set-variable.ts";
import { advanceSubWorkflow } from "./sub-workflow.ts";
import { advanceTask } from "./task.ts";
import { advanceTerminate } from "./terminate.ts";
import { advanceWait } from "./wait.ts";

/** Where a node stands, from the executions that there are: nothing about progress is kept beside them. `inner`: how those in it are asked. */
export function advance(node: Node, view: NodeView, inner: Advance = advance): Progress {
  switch (node.kind) {
    case "task":
      return advanceTask(node, view);
    case "sequence":
      return advanceSequence(node, view, inner);
    case "parallel":
      return advanceParallel(node, view, inner);
    case "choice":
      return advanceChoice(node, view, inner);
    case "loop":
      return advanceLoop(node, view, inner);
    case "fan_out":
      return advanceFanOut(node, view, inner);
    case "wait":
      return advanceWait(node, view);
    case "external":
      return advanceExternal(node, view);
    case "sub_workflow":
      return advanceSubWorkflow(node, view);
    case "set_variable":
      return advanceSetVariable(node, view);
    case "terminate":
      return advanceTerminate(node, view);
    default:
      return node satisfies never;
  }
}
