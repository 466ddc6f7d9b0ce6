import type { Job } from "../../model/job/job.ts";
import type { TaskExecution } from "../../model/job/task-execution.ts";
import type { JsonValue } from "../../model/json.ts";
import { placesOf } from "../../model/tree/places.ts";
import type { Workflow } from "../../model/workflow.ts";
import { jobScope } from "../../template/job-scope.ts";
import { render } from "../../template/render.ts";

/** What whoever takes an execution is told, from the job as it is. Throws `RenderError` where it cannot be told, which was tried when it was offered first. */
export function toldTo({ root }: Workflow, job: Job, { path, iteration }: TaskExecution): JsonValue {
  const places = placesOf(root);
  const standing = places.get(path);
  if (standing?.node.kind !== "external") return null;
  const { node, repeaters } = standing;
  return render(
    node.input,
    jobScope(job, places, { repeaters, iteration }, () => undefined),
  );
}
