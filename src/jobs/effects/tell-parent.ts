import type { ChildEnded } from "../../model/decision/event.ts";
import type { Failure } from "../../model/job/failure.ts";
import { isFinal, type Job } from "../../model/job/job.ts";
import type { ParentRef } from "../../model/job/outward/effect.ts";
import type { Log } from "../../model/log.ts";
import { applyEvent } from "../apply.ts";
import { isOfIncomplete } from "../can-only-end.ts";
import type { Deps } from "../deps.ts";
import { failBroken } from "../fail-broken.ts";
import { hintAt } from "../hint.ts";
import { outputOf } from "./child-output.ts";

/**
 * Brings the end of a child to its parent, and whoever may go on with that to know of it. A parent that lacks its definition, or a part, is failed: nothing else would come to it.
 * False where a parent is there that has not taken it, and may ask again.
 */
export async function tellParent(deps: Deps, log: Log, child: Job): Promise<boolean> {
  const { parent } = child;
  if (parent === undefined || !isFinal(child.status)) return true; // begun anew meanwhile: its next end is told
  const event = endOf(child, parent);
  const applied = await applyEvent(deps, parent.id, event).catch(async (error: unknown) => {
    if (!isOfIncomplete(error)) throw error;
    await failBroken(deps, log, parent.id, error);
  });
  if (applied === undefined) return false;
  if (applied.kind === "committed") hintAt(deps, applied.job);
  return applied.kind !== "ignored" || applied.reason === "applied_before";
}

const childFailed = "child_failed";

/** How a child ended, in answer to its parent's newest call. */
export function endOf(child: Job, { run, path, iteration, call }: ParentRef): ChildEnded {
  const about = { kind: "child_ended", child: child.id, run, path, iteration, call: child.call ?? call } as const;
  if (child.status === "completed" && child.damage === undefined)
    return { ...about, outcome: { kind: "succeeded", result: { response: { json: outputOf(child) } } } };
  return { ...about, outcome: { kind: "failed", error: failureOf(child) } };
}

/** Of children of children, the innermost is told. */
function failureOf({ id, workflow, status, error, damage }: Job): Failure {
  if (error?.code === childFailed) return error;
  if (status === "completed")
    return {
      code: childFailed,
      message: `The child job ${id} of workflow ${workflow.name} completed, but the store has lost a part of it: ${damage}`,
    };
  const why = error === undefined ? "" : `: ${error.message} (${error.code})`;
  return { code: childFailed, message: `The child job ${id} of workflow ${workflow.name} is ${status}${why}` };
}
