import { errorLabel, inputLabel, targetLabel } from "../../src/model/search/labels.ts";
import { type JobKey, type JobQuery, mostLookedAt } from "../../src/store/search.ts";
import type { Store } from "../../src/store/store.ts";
import { rare, spanMs } from "./many-jobs.ts";

type Filter = Omit<JobQuery, "limit" | "after" | "by" | "order">;

/** What people ask for: with many jobs that fit, with few, with none, and with conditions of which each alone has many. */
export function filtersOf(nowMs: number, ids: readonly string[]): Readonly<Record<string, Filter>> {
  const day = { from: nowMs - 11 * 86_400_000, to: nowMs - 10 * 86_400_000 };
  const target = targetLabel("http://service-1.example");
  const tenant = inputLabel("tenant", "t77") ?? "";
  const [someId = ""] = ids;
  return {
    everything: {},
    "a status, many": { status: ["failed"] },
    "a status, few": { status: ["paused"] },
    "a workflow, many": { workflow: "workflow-0" },
    "a workflow, few": { workflow: rare.workflow },
    "a workflow, none": { workflow: "nobody's" },
    "a workflow and statuses": { workflow: "workflow-3", status: ["failed", "timed_out"] },
    "a version, few": { version: rare.version },
    "an error code, many": { labels: [errorLabel("http_status")] },
    "an error code, few": { labels: [errorLabel(rare.code)] },
    "a target": { labels: [target] },
    "an input": { labels: [tenant] },
    "an input and a target": { labels: [target, tenant] },
    "a target, a workflow and a status": { labels: [target], workflow: "workflow-7", status: ["failed"] },
    "a target and a version, few": { labels: [target], version: rare.version },
    "waiting for a worker": { waiting: ["worker"] },
    "waiting for an event": { waiting: ["event"] },
    "paused, of a workflow": { waiting: ["paused"], workflow: "workflow-3" },
    "created on a day": { created: day },
    "created on a day, failed": { created: day, status: ["failed"] },
    "started on a day, a target": { started: day, labels: [target] },
    "finished on a day": { finished: day },
    "finished on a day, terminated, of a workflow": { finished: day, status: ["terminated"], workflow: "workflow-3" },
    "ids that begin alike": { idPrefix: someId.slice(0, 7) },
    "ids that begin alike, failed": { idPrefix: someId.slice(0, 7), status: ["failed"] },
    "one id": { ids: [someId] },
    "many ids": { ids },
  };
}

/** Either time, both ways; from the beginning, and from the middle of the month on. */
export function pagesOf(filter: Filter, nowMs: number, limit: number): JobQuery[] {
  const middle: JobKey =
    filter.idPrefix === undefined
      ? { at: nowMs - spanMs / 2, id: "8".repeat(24) }
      : { at: 0, id: `${filter.idPrefix}8`.padEnd(24, "8") };
  return (["created", "finished"] as const).flatMap((by) =>
    (["newest", "oldest"] as const).flatMap((order) =>
      [undefined, middle].map((after) => {
        return { ...filter, by, order, nowMs, limit, ...(after !== undefined && { after }) };
      }),
    ),
  );
}

/** What is asked beside pages. */
export function othersOf(
  store: Store,
  ids: readonly string[],
  since: string,
): Readonly<Record<string, () => Promise<unknown>>> {
  return {
    "counts of everything": () => store.search.counts({}),
    "counts of a workflow": () => store.search.counts({ workflow: "workflow-3" }),
    "what changed": () => store.search.changed({ since, limit: 100 }),
    "versions of many jobs": () => store.search.versions(ids.slice(0, 1000)),
  };
}

/** Ids of the oldest jobs, as many as are asked for or there are. */
export async function someIds(store: Store, most: number): Promise<string[]> {
  const ids: string[] = [];
  let after: JobKey | undefined;
  do {
    const { jobs, next } = await store.search.find({
      limit: 200,
      order: "oldest",
      ...(after !== undefined && { after }),
    });
    ids.push(...jobs.map(({ id }) => id));
    after = next;
  } while (after !== undefined && ids.length < Math.min(most, mostLookedAt));
  return ids.slice(0, most);
}
