import type { ChildEnded } from "../../model/decision/event.ts";
import type { Failure } from "../../model/job/failure.ts";
import { isFinal, type Job } from "../../model/job/job.ts";
import type { ParentRef } from "../../model/job/outward/effect.ts";
import { applyEvent } from "../apply.ts";
import type { Deps } from "../deps.ts";
import { hintAt } from "../hint.ts";
import { outputOf } from "./child-output.ts";

/** Brings the end of a child to its parent, and whoever may go on with that to know of it. False where a parent is there that has not taken it, and may ask again. */
export async function tellParent(deps: Deps, child: Job): Promise<boolean> {
  if (child.parent === undefined || !isFinal(child.status)) return true; // begun anew meanwhile: its next end is told
  const applied = await applyEvent(deps, child.parent.id, endOf(child, child.parent));
  if (applied.kind === "committed") hintAt(deps, applied.job);
  return applied.kind !== "ignored" || applied.reason === "applied_before";
}

const childFailed = "child_failed";

/** How a child ended, in answer to its parent's newest call. */
export function endOf(child: Job, { run, path, iteration, call }: ParentRef): ChildEnded {
  const about = { kind: "child_ended", child: child.id, run, path, iteration, call: child.call ?? call } as const;
  if (child.status === "completed")
    return { ...about, outcome: { kind: "succeeded", result: { response: { json: outputOf(child) } } } };
  return { ...about, outcome: { kind: "failed", error: failureOf(child) } };
}

/** Of children of children, the innermost is told. */
function failureOf({ id, workflow, status, error }: Job): Failure {
  if (error?.code === childFailed) return error;
  const why = error === undefined ? "" : `: ${error.message} (${error.code})`;
  return { code: childFailed, message: `The child job ${id} of workflow ${workflow.name} is ${status}${why}` };
}
