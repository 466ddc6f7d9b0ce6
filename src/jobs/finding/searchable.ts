import type { Workflow } from "../../model/workflow.ts";
import type { Catalog } from "../catalog.ts";

interface Asked {
  readonly workflow: string | undefined;
  readonly version: number | undefined;
}

/**
 * Names of the inputs by which jobs can be found: of a workflow that has a definition those of its newest version and of the one that is named; otherwise those of all.
 * Looks into the store first where this process does not know all of `names`.
 */
export async function searchableInputs(catalog: Catalog, names: readonly string[], of: Asked): Promise<string[]> {
  const known = await namesOf(catalog, of);
  if (names.every((name) => known.includes(name))) return known;
  await catalog.refreshIfChanged();
  return namesOf(catalog, of);
}

async function namesOf(catalog: Catalog, { workflow, version }: Asked): Promise<string[]> {
  const own = workflow === undefined ? undefined : catalog.latest(workflow);
  if (own === undefined) return searchableIn(catalog.all());
  const named = version === undefined ? undefined : await catalog.version(own.name, version);
  return searchableIn(named === undefined ? [own] : [own, named]);
}

function searchableIn(workflows: Iterable<Workflow>): string[] {
  return [...new Set([...workflows].flatMap(({ searchable = [] }) => searchable))];
}
