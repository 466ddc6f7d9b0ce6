import type { TerminateNode } from "../../model/workflow.ts";
import { render } from "../../template/render.ts";
import type { NodeView } from "../tree/look/view.ts";
import { failedWith, type Progress } from "../tree/progress.ts";

/** Characters of a reason that the job tells as its error; the whole of it is the result of the execution. */
const mostOfReason = 1000;

/** The job ends, for the reason that the definition gives. */
export function advanceTerminate(node: TerminateNode, view: NodeView): Progress {
  const decided = view.decided(node, (scope) => render(node.reason, scope));
  if (decided.kind === "failed") return failedWith(decided.error);
  const reason = typeof decided.value === "string" ? decided.value : JSON.stringify(decided.value);
  const message = reason === "" ? `"${node.name}" ended the job` : shortened(reason);
  const error = { code: "ended_by_workflow", message };
  return { kind: "ended", status: node.status, ...(node.status !== "completed" && { error }), cancel: [] };
}

function shortened(reason: string): string {
  return reason.length <= mostOfReason ? reason : `${reason.slice(0, mostOfReason - 1).toWellFormed()}…`;
}
