import { closest } from "../../model/closest.ts";
import { WorkflowsError } from "../../model/errors.ts";
import type { Catalog } from "../catalog.ts";

interface Wanted {
  readonly workflow: string;
  readonly minVersion?: number;
}

/** Of a start. The text is the original's and says little; what there is stands in the details. `version`: this very one was asked for. */
export function workflowNotFound(
  catalog: Pick<Catalog, "all" | "latest">,
  { workflow: name, minVersion = 0 }: Wanted,
  version?: number,
): WorkflowsError {
  const newest = catalog.latest(name);
  const wanted = version === undefined ? `version ${minVersion} or later` : `version ${version}`;
  const message =
    newest === undefined
      ? `There is no workflow ${misspelt(catalog, name)}`
      : `The workflow ${JSON.stringify(name)} has no ${wanted}; its newest version is ${newest.version}`;
  return new WorkflowsError("workflow_not_found", "Workflow not found", { details: [{ at: "", message }] });
}

/** The name, with the one that was probably meant. */
export function misspelt(catalog: Pick<Catalog, "all">, name: string): string {
  const meant = closest(
    name,
    catalog.all().map((workflow) => workflow.name),
  );
  return `${JSON.stringify(name)}${meant === undefined ? "" : `; did you mean ${JSON.stringify(meant)}?`}`;
}
