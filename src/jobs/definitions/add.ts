import { WorkflowsError } from "../../model/errors.ts";
import type { StoredDefinition } from "../../store/store.ts";
import type { Deps } from "../deps.ts";

/**
 * Keeps a definition that came at run time: durable, and known to this process, when this resolves; the others hear of it. The highest version of a name is
 * what new jobs run, wherever it came from. Throws workflow_exists, store_unavailable.
 */
export async function addDefinition({ store, catalog, notifier }: Deps, definition: StoredDefinition): Promise<void> {
  const { name, version } = definition.workflow;
  if (!(await store.definitions.add(definition))) {
    const message = `Version ${version} of workflow ${JSON.stringify(name)} is stored already: give this one another version`;
    throw new WorkflowsError("workflow_exists", "Workflow already exists", { details: [{ at: "/version", message }] });
  }
  catalog.take(definition.workflow);
  notifier.publish({ kind: "defined", workflow: name });
}
