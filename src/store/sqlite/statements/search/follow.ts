import type { Prepare } from "../../database/database.ts";
import { type ChangedRows, type ChangedSince, type CountColumns, type Reads, summaryColumns } from "../../protocol.ts";

export interface Following {
  counts(ask: Reads["counts"]["ask"]): CountColumns[];
  changed(ask: ChangedSince): ChangedRows;
  versions(ids: Reads["versions"]["ask"]): Reads["versions"]["answer"];
}

type ChangedRow = ChangedRows["rows"][number];

/** What is known without looking at jobs one by one: how many there are, what is new, how new they are. */
export function prepareFollowing(prepare: Prepare): Following {
  const counts = prepare("SELECT workflow, status, waiting, jobs FROM counts WHERE jobs > 0");
  const countsOf = prepare("SELECT workflow, status, waiting, jobs FROM counts WHERE workflow = ? AND jobs > 0");
  const lastBatch = prepare("SELECT value FROM meta WHERE name = 'changed'");
  const changed = prepare(
    `SELECT changed, seq, ${summaryColumns}, labels FROM jobs WHERE changed IS NOT NULL AND (changed, seq) > (?, ?)
     ORDER BY changed, seq LIMIT ?`,
  );
  const version = prepare("SELECT id, version FROM jobs WHERE id = ?");

  return {
    counts: ({ workflow }) =>
      workflow === undefined ? counts.all<CountColumns>() : countsOf.all<CountColumns>(workflow),
    changed({ since, limit }) {
      const last = lastBatch.get<[number]>()?.[0] ?? 0;
      const [batch, seq] = since ?? [last, null];
      if (batch > last) return { rows: [], mark: [last, null] }; // of another file, or of this one before it was put back
      const rows = changed.all<ChangedRow>(batch, seq ?? Number.MAX_SAFE_INTEGER, limit);
      const end = rows.at(-1);
      return { rows, mark: end === undefined || rows.length < limit ? [last, null] : [end[0], end[1]] };
    },
    versions: (ids) => ids.flatMap((id) => version.all<[string, number]>(id)),
  };
}
