import type { ChoiceNode } from "../../model/workflow.ts";
import { holds } from "../tree/conditions.ts";
import type { NodeView } from "../tree/look/view.ts";
import { type Advance, completed, failedWith, type Progress } from "../tree/progress.ts";

/** The node of the first case that held when it was asked. */
export function advanceChoice(node: ChoiceNode, view: NodeView, advance: Advance): Progress {
  const decided = view.decided(node, (scope) => node.cases.findIndex(({ when }) => holds(when, scope)));
  if (decided.kind === "failed") return failedWith(decided.error);
  const chosen = node.cases[Number(decided.value)]?.node ?? node.otherwise;
  return chosen === undefined ? completed : advance(chosen, view);
}
