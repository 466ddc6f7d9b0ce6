import { isJsonObject } from "../../model/json.ts";
import type { SetVariableNode } from "../../model/workflow.ts";
import { render } from "../../template/render.ts";
import type { NodeView } from "../tree/look/view.ts";
import { completed, failedWith, type Progress } from "../tree/progress.ts";
import { Undecidable } from "../tree/undecidable.ts";

/** The values are kept with the execution; a variable has the latest that was given to it. */
export function advanceSetVariable(node: SetVariableNode, view: NodeView): Progress {
  const decided = view.decided(node, (scope) => {
    const values = render(node.values, scope);
    if (isJsonObject(values)) return values;
    throw new Undecidable("no_object", `"${node.name}" sets variables by name, and what it found is no object`);
  });
  return decided.kind === "failed" ? failedWith(decided.error) : completed;
}
