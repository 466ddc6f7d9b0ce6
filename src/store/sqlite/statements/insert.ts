import type { Prepare } from "../database/database.ts";
import { type InsertResult, type InsertRow, summaryColumns } from "../protocol.ts";
import type { JobParts } from "./job-parts.ts";
import type { Offers } from "./offers.ts";
import type { WorkerStatements } from "./workers.ts";

/** Longer inputs get a row of their own, so that a claim or a commit does not rewrite them with the job's. */
const longestInlineInput = 1024;

/** Positions of columns in a job's row. */
const at = { id: 0, run: 6, version: 8, owner: 10, createdAt: 15, input: 20 } as const;

export function prepareInsert(
  prepare: Prepare,
  parts: JobParts,
  workers: WorkerStatements,
  offered: Offers,
): (row: InsertRow) => InsertResult {
  const insertJob = prepare(
    `INSERT INTO jobs (${summaryColumns}, body_digest, input) VALUES (${Array(21).fill("?").join(", ")})
     ON CONFLICT (id) DO NOTHING`,
  );
  const insertInput = prepare("INSERT INTO inputs (job, body) VALUES (?, ?)");
  const insertRare = prepare("UPDATE jobs SET parent = ?, effects = ?, owed_since = ?, extras = ? WHERE seq = ?");
  const setOrder = prepare("UPDATE jobs SET priority = ?, max_running = ? WHERE seq = ?");
  const digestOf = prepare("SELECT body_digest FROM jobs WHERE id = ?");
  const tombstone = prepare("SELECT body_digest FROM tombstones WHERE id = ? AND until > ?");

  return ({ columns, tasks, history, rare, offers, order }) => {
    const id = columns[at.id];
    const grave = tombstone.get<[string | null]>(id, columns[at.createdAt]);
    if (grave !== undefined) return { exists: grave[0] };
    const owner = columns[at.owner];
    const isCapped = order !== undefined && order[1] !== null; // such a job gets its lease by a claim, which counts
    const leased = owner !== null && !isCapped && workers.lives(owner);
    const input = columns[at.input];
    const inline = input.length <= longestInlineInput;
    const row: (string | number | null)[] = [...columns];
    if (!leased) row[at.owner] = null;
    if (!inline) row[at.input] = null;
    const seq = insertJob.insert(...row);
    if (seq === undefined) return { exists: digestOf.get<[string | null]>(id)?.[0] ?? null };
    if (!inline) insertInput.run(seq, input);
    if (rare !== undefined) insertRare.run(...rare, seq);
    if (offers !== undefined) offered.add(seq, offers);
    if (order !== undefined) setOrder.run(...order, seq);
    parts.write(seq, columns[at.run], columns[at.version], tasks, history);
    return { leased };
  };
}
