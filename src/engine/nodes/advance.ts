import type { Node } from "../../model/workflow.ts";
import type { Progress } from "../tree/progress.ts";
import type { NodeView } from "../tree/view.ts";
import { advanceChoice } from "./choice.ts";
import { advanceFanOut } from "./fan-out.ts";
import { advanceLoop } from "./loop.ts";
import { advanceParallel } from "./parallel.ts";
import { advanceSequence } from "./sequence.ts";
import { advanceSetVariable } from "./set-variable.ts";
import { advanceTask } from "./task.ts";
import { advanceTerminate } from "./terminate.ts";
import { advanceWait } from "./wait.ts";

/** Where a node stands, from the executions that there are: nothing about progress is kept beside them. */
export function advance(node: Node, view: NodeView): Progress {
  switch (node.kind) {
    case "task":
      return advanceTask(node, view);
    case "sequence":
      return advanceSequence(node, view, advance);
    case "parallel":
      return advanceParallel(node, view, advance);
    case "choice":
      return advanceChoice(node, view, advance);
    case "loop":
      return advanceLoop(node, view, advance);
    case "fan_out":
      return advanceFanOut(node, view, advance);
    case "wait":
      return advanceWait(node, view);
    case "set_variable":
      return advanceSetVariable(node, view);
    case "terminate":
      return advanceTerminate(node, view);
    default:
      return node satisfies never;
  }
}
