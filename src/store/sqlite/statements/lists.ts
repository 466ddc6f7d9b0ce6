import { type JobStatus, jobStatuses } from "../../../model/job/job.ts";
import type { JobQuery } from "../../store.ts";
import type { Prepare } from "../database/database.ts";
import { type Reads, type SummaryColumns, summaryColumns } from "../protocol.ts";

type Key = readonly [createdAt: number, id: string, seq: number];

/** Before the first: no job is created later. */
const start = { createdAt: Number.MAX_SAFE_INTEGER, id: "" };

export interface Lists {
  list(query: JobQuery): SummaryColumns[];
  overdue(ask: Reads["overdue"]["ask"]): string[];
  owing(ask: Reads["owing"]["ask"]): string[];
  history(id: string): string[] | null;
}

/**
 * A page is merged from one range for each status, so that two indexes carry lists of everything, of a workflow, of
 * some statuses, and of both: a page of n reads at most 7 n rows, however many jobs there are.
 */
export function prepareLists(prepare: Prepare): Lists {
  const page = "(created_at, id) < (?, ?) ORDER BY created_at DESC, id DESC LIMIT ?";
  const keys = prepare(`SELECT created_at, id, seq FROM jobs WHERE shown = ? AND ${page}`);
  const keysOfWorkflow = prepare(`SELECT created_at, id, seq FROM jobs WHERE workflow = ? AND shown = ? AND ${page}`);
  const summary = prepare(`SELECT ${summaryColumns} FROM jobs WHERE seq = ?`);
  const overdue = prepare(
    `SELECT id FROM jobs WHERE deadline_at IS NOT NULL AND ready_at IS NOT NULL AND deadline_at <= ?
     ORDER BY deadline_at LIMIT ?`,
  );
  const owing = prepare(
    "SELECT id FROM jobs WHERE owed_since IS NOT NULL AND owed_since < ? ORDER BY owed_since LIMIT ?",
  );
  const seqOf = prepare("SELECT seq FROM jobs WHERE id = ?");
  const history = prepare("SELECT entries FROM history WHERE job = ? ORDER BY version");

  function keysOf(status: JobStatus, { workflow, limit, after = start }: JobQuery): Key[] {
    if (workflow === undefined) return keys.all<Key>(status, after.createdAt, after.id, limit);
    return keysOfWorkflow.all<Key>(workflow, status, after.createdAt, after.id, limit);
  }

  return {
    list(query) {
      const statuses = new Set(query.status ?? jobStatuses);
      return [...statuses]
        .flatMap((status) => keysOf(status, query))
        .sort(newestFirst)
        .slice(0, query.limit)
        .flatMap(([, , seq]) => summary.all<SummaryColumns>(seq));
    },
    overdue: ({ nowMs, limit }) => overdue.all<[string]>(nowMs, limit).map(([id]) => id),
    owing: ({ beforeMs, limit }) => owing.all<[string]>(beforeMs, limit).map(([id]) => id),
    history(id) {
      const found = seqOf.get<[number]>(id);
      return found === undefined ? null : history.all<[string]>(found[0]).map(([entries]) => entries);
    },
  };
}

function newestFirst([timeA, idA]: Key, [timeB, idB]: Key): number {
  if (timeA !== timeB) return timeB - timeA;
  if (idA === idB) return 0;
  return idA < idB ? 1 : -1;
}
