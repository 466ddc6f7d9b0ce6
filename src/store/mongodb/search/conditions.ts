import type { Document } from "mongodb";
import { jobStatuses } from "../../../model/job/job.ts";
import { areUntimed, notedFor, timed, type WaitingReason } from "../../../model/search/waiting.ts";
import type { JobQuery, TimeRange } from "../../search.ts";
import { anyQueue } from "../documents/queues.ts";

/** By what a page is sorted; ids break ties. */
export type SortField = "createdAt" | "finishedAt" | "_id";

export function sortFieldOf({ by, idPrefix }: JobQuery): SortField {
  if (idPrefix !== undefined) return "_id";
  return by === "finished" ? "finishedAt" : "createdAt";
}

/** Conditions that no index is asked for are written so that none is: as what must not be, or as expressions. */
function waitsFor(reasons: readonly WaitingReason[], nowMs: number): Document {
  const wrongly = reasons.includes("worker")
    ? { waiting: { $in: timed.filter((reason) => !reasons.includes(reason)) }, readyAt: { $gt: nowMs } }
    : { waiting: { $in: timed.filter((reason) => reasons.includes(reason)) }, readyAt: { $lte: nowMs } };
  return { queue: anyQueue, waiting: { $in: notedFor(reasons) }, ...(areUntimed(reasons) ? {} : { $nor: [wrongly] }) };
}

export function shownOf({ status = jobStatuses }: JobQuery): Document {
  return { shown: { $in: [...new Set(status)] } };
}

export function range({ from, to }: TimeRange): Document {
  return { ...(from !== undefined && { $gte: from }), ...(to !== undefined && { $lt: to }) };
}

/** Whoever has no such time is in none. */
export function isWithin(asked: TimeRange): Document {
  return { $exists: true, ...range(asked) };
}

export function prefixed(prefix: string): Document {
  return { _id: { $gte: prefix, $lt: `${prefix}g` } }; // hex digits alone
}

/** All that a job has to fit, but the labels of which an index is asked. */
export function conditionsOf(query: JobQuery, ledBy?: string): Document[] {
  const { workflow, version, labels = [], waiting, idPrefix, ids, created, started, finished } = query;
  const others = labels.filter((label) => label !== ledBy);
  return [
    shownOf(query),
    ...(workflow === undefined ? [] : [{ workflow }]),
    ...(version === undefined ? [] : [{ workflowVersion: version }]),
    ...(others.length === 0 ? [] : [{ $expr: { $setIsSubset: [{ $literal: others }, { $ifNull: ["$labels", []] }] } }]),
    ...(waiting === undefined ? [] : [waitsFor(waiting, query.nowMs ?? Date.now())]),
    ...(idPrefix === undefined ? [] : [prefixed(idPrefix)]),
    ...(ids === undefined ? [] : [{ _id: { $in: [...ids] } }]),
    ...(created === undefined ? [] : [{ createdAt: isWithin(created) }]),
    ...(started === undefined ? [] : [{ startedAt: isWithin(started) }]),
    ...(finished === undefined ? [] : [{ finishedAt: isWithin(finished) }]),
    ...(query.by === "finished" ? [{ finishedAt: { $exists: true } }] : []),
  ];
}
