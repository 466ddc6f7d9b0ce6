import { finalStatuses, isFinal, type JobStatus, jobStatuses } from "../../../../model/job/job.ts";
import { notedFor } from "../../../../model/search/waiting.ts";
import type { JobQuery, TimeRange } from "../../../search.ts";
import { createdWithin, finishedWithin } from "../../../search-bounds.ts";
import type { Bounds, Range, Ranges, Sorting } from "./ranges.ts";

/** Ranges that together hold every job that fits, and others. */
export interface Lead {
  readonly sorting: Sorting;
  readonly ranges: readonly Range[];
  readonly bounds: Bounds;
}

const latest = Number.MAX_SAFE_INTEGER;

export function sortingOf({ idPrefix, by }: JobQuery): Sorting {
  return idPrefix === undefined ? (by ?? "created") : "id";
}

/**
 * What the index of each condition has that can be looked up, the one that is likely to hold least first. There is always one in the order that is asked for:
 * that of ids, of the ends of jobs, or of all statuses.
 */
export function leadsOf(query: JobQuery, ranges: Ranges): Lead[] {
  const { idPrefix, labels, waiting, by, finished } = query;
  const created = { sorting: "created", bounds: boundsOf(createdWithin(query)) } as const;
  const leads: Lead[] = [];
  if (idPrefix !== undefined) leads.push({ sorting: "id", bounds: idBounds(idPrefix), ranges: [ranges.all] });
  for (const label of labels ?? []) leads.push({ ...created, ranges: [ranges.ofLabel(label)] });
  if (waiting !== undefined)
    leads.push({ ...created, ranges: notedFor(waiting).map((reason) => ranges.waiting(reason)) });
  if (by === "finished" || finished !== undefined) {
    const statuses = statusesOf(query).filter(isFinal);
    leads.push({
      sorting: "finished",
      bounds: boundsOf(finishedWithin(query)),
      ranges: statuses.map((status) => ranges.ended(status)),
    });
  }
  const isNarrowed = query.workflow !== undefined || query.created !== undefined || query.started !== undefined;
  if (isNarrowed || sortingOf(query) === "created") leads.push({ ...created, ranges: lists(query, ranges) });
  return leads;
}

function lists({ workflow, ...query }: JobQuery, ranges: Ranges): Range[] {
  const statuses = statusesOf(query);
  if (workflow === undefined) return statuses.map((status) => ranges.ofStatus(status));
  return statuses.map((status) => ranges.ofWorkflow(workflow, status));
}

function statusesOf({ status = jobStatuses, by, finished }: Omit<JobQuery, "workflow">): JobStatus[] {
  const asked = [...new Set(status)];
  return by === "finished" || finished !== undefined ? asked.filter((one) => finalStatuses.includes(one)) : asked;
}

function boundsOf({ from = 0, to = latest }: TimeRange): Bounds {
  return { low: { at: from, id: "" }, high: { at: to, id: "" } };
}

/** All ids that are longer than the prefix; letters behind `f` are no digits. */
function idBounds(prefix: string): Bounds {
  return { low: { at: 0, id: prefix }, high: { at: 0, id: `${prefix}g` } };
}
