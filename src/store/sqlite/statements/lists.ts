import { newestFormat } from "../../../model/job/format.ts";
import type { Prepare } from "../database/database.ts";
import type { Reads } from "../protocol.ts";

export interface Lists {
  overdue(ask: Reads["overdue"]["ask"]): string[];
  owing(ask: Reads["owing"]["ask"]): string[];
  history(ask: Reads["history"]["ask"]): string[] | null;
}

/** What is due or owed, of jobs that this program can read, and the course of one job. */
export function prepareLists(prepare: Prepare): Lists {
  const overdue = prepare(
    `SELECT id FROM jobs WHERE deadline_at IS NOT NULL AND ready_at IS NOT NULL AND deadline_at <= ?
     AND format <= ${newestFormat} ORDER BY deadline_at LIMIT ?`,
  );
  const owing = prepare(
    `SELECT id FROM jobs WHERE owed_since IS NOT NULL AND owed_since < ? AND format <= ${newestFormat}
     ORDER BY owed_since LIMIT ?`,
  );
  const seqOf = prepare("SELECT seq FROM jobs WHERE id = ?");
  const history = prepare("SELECT entries FROM history WHERE job = ? ORDER BY version LIMIT ? OFFSET ?");

  return {
    overdue: ({ nowMs, limit }) => overdue.all<[string]>(nowMs, limit).map(([id]) => id),
    owing: ({ beforeMs, limit }) => owing.all<[string]>(beforeMs, limit).map(([id]) => id),
    history({ id, from, limit }) {
      const found = seqOf.get<[number]>(id);
      return found === undefined ? null : history.all<[string]>(found[0], limit, from).map(([entries]) => entries);
    },
  };
}
