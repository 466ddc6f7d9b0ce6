import { WorkflowsError } from "../../model/errors.ts";
import type { JsonValue } from "../../model/json.ts";
import type { Workflow } from "../../model/workflow.ts";
import type { DefinitionVersion } from "../../store/store.ts";
import { misspelt } from "../definitions/not-found.ts";
import type { Deps } from "../deps.ts";

/** Versions that a message names at most. */
const namedAtMost = 10;

/** A workflow and all its versions, newest first. Throws workflow_not_found, which says what is called alike. */
export async function workflowAt(
  { store, catalog }: Deps,
  name: string,
): Promise<{ readonly newest: Workflow; readonly versions: DefinitionVersion[] }> {
  await catalog.lookUp(name);
  const newest = catalog.latest(name);
  if (newest !== undefined) return { newest, versions: await store.definitions.versions(name) };
  throw new WorkflowsError("workflow_not_found", `There is no workflow ${misspelt(catalog, name)}`);
}

/** The document of one version. Throws workflow_not_found, which names the versions that there are. */
export async function definitionAt(
  deps: Deps,
  name: string,
  version: number,
): Promise<DefinitionVersion & { readonly name: string; readonly definition: JsonValue }> {
  const { definitions } = deps.store;
  const [document, model] = await Promise.all([
    definitions.document(name, version),
    definitions.version(name, version),
  ]);
  if (document !== undefined && model !== undefined)
    return { name, version, digest: model.digest, definition: document.source };
  const { versions } = await workflowAt(deps, name);
  const known = versions.slice(0, namedAtMost).map((one) => one.version);
  const more = versions.length > known.length ? ", ..." : "";
  throw new WorkflowsError(
    "workflow_not_found",
    `Workflow ${JSON.stringify(name)} has no version ${version}; it has ${known.join(", ")}${more}`,
  );
}
