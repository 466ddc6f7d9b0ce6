import type { ExecutionName } from "../../model/job/executions.ts";
import { placesOf } from "../../model/tree/places.ts";
import type { Workflow } from "../../model/workflow.ts";
import { holds, iterationAt } from "./branchings.ts";

/** Whether an execution stands where it does because the engine decided so: the case of a choice, the list of a fan-out, the turns of a loop up to its own. */
export function isDueTo(model: Workflow, execution: ExecutionName, decision: ExecutionName): boolean {
  const places = placesOf(model.root);
  const { node, repeaters = [] } = places.get(decision.path) ?? {};
  if (node === undefined || execution.path === decision.path || !holds(node, execution.path)) return false;
  const own = iterationAt(places.get(execution.path)?.repeaters ?? [], execution, repeaters.length);
  if (node.kind !== "loop") return own === decision.iteration;
  const radix = repeaters.at(-1)?.radix ?? 1;
  if (Math.floor(own / radix) !== Math.floor(decision.iteration / radix)) return false;
  return node.asked === "before" ? decision.iteration <= own : decision.iteration < own;
}
