import type { JobId } from "../../../model/ids.ts";
import type { HistoryEntry } from "../../../model/job/history.ts";
import type { JobSearch } from "../../search.ts";
import type { Collections } from "../collections.ts";
import { KeptCounts } from "../counts/kept-counts.ts";
import { isOurs } from "../documents/read-job.ts";
import { budgets, untilAnswered } from "../outcome/retry.ts";
import { Changes } from "./changes.ts";
import { findJobs } from "./find-jobs.ts";

export function jobSearch(collections: Collections): JobSearch {
  const counts = new KeptCounts(collections);
  const changes = new Changes(collections);
  return {
    find: (query) => untilAnswered(budgets.read, () => findJobs(collections, query)),
    counts: ({ workflow }) => counts.read(workflow),
    changed: (ask) => changes.changed(ask),
    versions: (ids) => untilAnswered(budgets.read, () => versions(collections, ids)),
    steps: (id, from, limit) => untilAnswered(budgets.read, () => steps(collections, id, Math.max(0, from), limit)),
  };
}

async function versions({ jobs }: Collections, ids: readonly JobId[]): Promise<Map<JobId, number>> {
  const filter = { _id: { $in: [...ids] }, format: { $exists: true } };
  const found = await jobs.find(filter, { projection: { version: 1 }, hint: { _id: 1 } }).toArray();
  return new Map(found.map(({ _id, version }) => [_id, version]));
}

async function steps(
  { jobs }: Collections,
  id: JobId,
  from: number,
  limit: number,
): Promise<HistoryEntry[][] | undefined> {
  const found = await jobs.findOne({ _id: id }, { projection: { format: 1, history: { $slice: [from, limit] } } });
  if (found === null || !isOurs(found)) return undefined;
  return found.history.map((entries) => JSON.parse(entries) as HistoryEntry[]);
}
