import type { WaitingReason } from "../../../../model/search/waiting.ts";
import { waitingNow } from "../../../../model/search/waiting.ts";
import type { JobQuery, TimeRange } from "../../../search.ts";
import type { FoundColumns } from "../../protocol.ts";
import { labelsOf } from "../job/labels.ts";

/** Positions of columns in a row of a list. */
export const at = {
  id: 0,
  workflow: 2,
  workflowVersion: 3,
  status: 5,
  owner: 10,
  readyAt: 13,
  createdAt: 15,
  startedAt: 16,
  finishedAt: 17,
  waiting: 19,
  labels: 20,
} as const;

type Fits = (row: FoundColumns) => boolean;

/** Tells of a row whether it has everything that is asked for, whatever index it was found by. */
export function fitting(query: JobQuery & { readonly nowMs: number }): Fits {
  const { workflow, version, idPrefix, by, finished } = query;
  const conditions: Fits[] = [];
  if (by === "finished" || finished !== undefined)
    conditions.push((row) => row[at.finishedAt] !== null && row[at.readyAt] === null);
  if (query.status !== undefined) conditions.push(hasStatus(new Set(query.status)));
  if (workflow !== undefined) conditions.push((row) => row[at.workflow] === workflow);
  if (version !== undefined) conditions.push((row) => row[at.workflowVersion] === version);
  if (query.labels !== undefined) conditions.push(...query.labels.map(hasLabel));
  if (query.waiting !== undefined) conditions.push(waitsFor(new Set(query.waiting), query.nowMs));
  if (idPrefix !== undefined) conditions.push((row) => row[at.id].startsWith(idPrefix));
  if (query.created !== undefined) conditions.push(isWithin(query.created, at.createdAt));
  if (query.started !== undefined) conditions.push(isWithin(query.started, at.startedAt));
  if (finished !== undefined) conditions.push(isWithin(finished, at.finishedAt));
  return (row) => conditions.every((fits) => fits(row));
}

function hasStatus(statuses: ReadonlySet<string>): Fits {
  return (row) => {
    const status = row[at.status];
    return statuses.has(status === "pending" && row[at.owner] !== null ? "running" : status); // `visibleStatus`
  };
}

function hasLabel(label: string): Fits {
  const text = JSON.stringify(label);
  return (row) => {
    const labels = row[at.labels];
    return labels?.includes(text) === true && labelsOf(labels).includes(label);
  };
}

function waitsFor(reasons: ReadonlySet<WaitingReason>, nowMs: number): Fits {
  return (row) => {
    const [waiting, readyAt] = [row[at.waiting], row[at.readyAt]];
    if (waiting === null || readyAt === null || row[at.owner] !== null) return false;
    const reason = waitingNow({ waiting: waiting as WaitingReason, readyAt }, nowMs);
    return reason !== undefined && reasons.has(reason);
  };
}

function isWithin({ from = 0, to = Number.POSITIVE_INFINITY }: TimeRange, column: 15 | 16 | 17): Fits {
  return (row) => {
    const time = row[column];
    return time !== null && time >= from && time < to;
  };
}
