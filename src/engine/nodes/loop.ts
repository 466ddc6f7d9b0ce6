import type { TaskExecution } from "../../model/job/task-execution.ts";
import { repeaterOf } from "../../model/tree/places.ts";
import type { LoopNode } from "../../model/workflow.ts";
import { holds } from "../tree/conditions.ts";
import type { Decided, NodeView } from "../tree/look/view.ts";
import { type Advance, failedWith, type Progress } from "../tree/progress.ts";
import { Undecidable } from "../tree/undecidable.ts";

/** One turn after the other; the first that is not over decides. */
export function advanceLoop(node: LoopNode, view: NodeView, advance: Advance): Progress {
  const cancel: TaskExecution[] = [];
  const repeater = repeaterOf(node);
  for (let turn = 0; ; turn += 1) {
    const inside = view.within(repeater, turn);
    if (node.asked === "before") {
      const goesOn = ask(node, inside, turn);
      if (goesOn.kind === "failed") return { ...failedWith(goesOn.error), cancel };
      if (goesOn.value !== true) return { kind: "completed", cancel };
    }
    const body = advance(node.body, inside);
    cancel.push(...body.cancel);
    if (body.kind !== "completed") return { ...body, cancel };
    if (node.asked === "after") {
      const goesOn = ask(node, inside, turn + 1);
      if (goesOn.kind === "failed") return { ...failedWith(goesOn.error), cancel };
      if (goesOn.value !== true) return { kind: "completed", cancel };
    }
  }
}

/** Whether a turn follows, after so many. */
function ask(node: LoopNode, inside: NodeView, turns: number): Decided {
  return inside.decided(node, (scope) => {
    const goesOn = holds(node.while, scope);
    if (!goesOn || turns < node.maxTurns) return goesOn;
    throw new Undecidable("too_many_turns", `"${node.name}" would go on after ${node.maxTurns} turns, its limit`);
  });
}
