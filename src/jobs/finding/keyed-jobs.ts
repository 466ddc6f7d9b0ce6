import { type JobId, keyedJobId, memberKey } from "../../model/ids.ts";
import type { Deps } from "../deps.ts";
import { mostInputs } from "../start-batch.ts";

/** Workflows in which a start is looked for by its key, at most, where none is named. */
export const mostKeyedWorkflows = 10_000;

/** Members of a batch that tell whether there is one; with the single start so many as a store answers in one look. */
const probedMembers = 999;

/**
 * The ids that jobs started under this key have, of a workflow or of all that have a definition: they are derived, so that nothing is looked for. Of a named workflow the
 * members of a batch are among them, unless none of its first 999 inputs started a job: the ten thousand ids of a batch cost tens of milliseconds, which a start by itself
 * is not to pay. Undefined where there are too many workflows.
 */
export async function keyedJobIds(
  { store, catalog }: Pick<Deps, "store" | "catalog">,
  key: string,
  workflow?: string,
): Promise<JobId[] | undefined> {
  if (workflow === undefined) {
    await catalog.refreshIfChanged();
    const names = catalog.all().map(({ name }) => name);
    return names.length > mostKeyedWorkflows ? undefined : names.map((name) => keyedJobId(name, key));
  }
  const single = keyedJobId(workflow, key);
  const members = memberIds(workflow, key, 0, probedMembers);
  const found = await store.search.versions(members);
  return found.size === 0 ? [single] : [single, ...members, ...memberIds(workflow, key, probedMembers, mostInputs)];
}

function memberIds(workflow: string, key: string, from: number, to: number): JobId[] {
  return Array.from({ length: to - from }, (_, at) => keyedJobId(workflow, memberKey(key, from + at)));
}
