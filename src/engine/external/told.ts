import type { Failure } from "../../model/job/failure.ts";
import type { Job } from "../../model/job/job.ts";
import type { TaskExecution } from "../../model/job/task-execution.ts";
import type { JsonValue } from "../../model/json.ts";
import { placesOf } from "../../model/tree/places.ts";
import type { Workflow } from "../../model/workflow.ts";
import { jobScope } from "../../template/job-scope.ts";
import { render } from "../../template/render.ts";
import { RenderError } from "../../template/render-error.ts";

export type Told =
  | { readonly kind: "told"; readonly input: JsonValue }
  | { readonly kind: "untold"; readonly error: Failure };

/**
 * What whoever takes an execution is told, from the job as it is, or why it cannot be told. That was tried when it was offered first, but what it reads may have
 * been executed since.
 */
export function toldTo({ root }: Workflow, job: Job, { path, iteration }: TaskExecution): Told {
  const places = placesOf(root);
  const standing = places.get(path);
  if (standing?.node.kind !== "external") return { kind: "told", input: null };
  const { node, repeaters } = standing;
  try {
    const scope = jobScope(job, places, { repeaters, iteration }, () => undefined);
    return { kind: "told", input: render(node.input, scope) };
  } catch (error) {
    if (!(error instanceof RenderError)) throw error;
    return { kind: "untold", error: { code: error.code, message: error.message } };
  }
}
