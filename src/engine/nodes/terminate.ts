import type { TerminateNode } from "../../model/workflow.ts";
import { render } from "../../template/render.ts";
import { failedWith, type Progress } from "../tree/progress.ts";
import type { NodeView } from "../tree/view.ts";

/** The job ends, for the reason that the definition gives. */
export function advanceTerminate(node: TerminateNode, view: NodeView): Progress {
  const decided = view.decided(node, (scope) => render(node.reason, scope));
  if (decided.kind === "failed") return failedWith(decided.error);
  const reason = typeof decided.value === "string" ? decided.value : JSON.stringify(decided.value);
  const error = { code: "ended_by_workflow", message: reason === "" ? `"${node.name}" ended the job` : reason };
  return { kind: "ended", status: node.status, ...(node.status !== "completed" && { error }), cancel: [] };
}
