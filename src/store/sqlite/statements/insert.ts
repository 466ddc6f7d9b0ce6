import type { Prepare } from "../database/database.ts";
import { type InsertResult, type InsertRow, summaryColumns } from "../protocol.ts";
import type { Labels } from "./job/labels.ts";
import type { Offers } from "./job/offers.ts";
import type { JobParts } from "./job/parts.ts";
import type { Tally } from "./job/tally.ts";
import type { Topics } from "./job/topics.ts";
import type { WorkerStatements } from "./workers.ts";

/** Longer inputs get a row of their own, so that a claim or a commit does not rewrite them with the job's. */
const longestInlineInput = 1024;

/** Positions of columns in a job's row. */
const at = {
  id: 0,
  workflow: 2,
  status: 5,
  run: 6,
  version: 8,
  owner: 10,
  createdAt: 15,
  waiting: 19,
  input: 21,
} as const;

export function prepareInsert(
  prepare: Prepare,
  parts: JobParts,
  workers: WorkerStatements,
  offered: Offers,
  topics: Topics,
  labelled: Labels,
  tally: Tally,
): (row: InsertRow) => InsertResult {
  const insertJob = prepare(
    `INSERT INTO jobs (${summaryColumns}, body_digest, input, labels, changed) VALUES (${Array(24).fill("?").join(", ")})
     ON CONFLICT (id) DO NOTHING`,
  );
  const insertInput = prepare("INSERT INTO inputs (job, body) VALUES (?, ?)");
  const insertRare = prepare("UPDATE jobs SET parent = ?, effects = ?, owed_since = ?, extras = ? WHERE seq = ?");
  const setOrder = prepare("UPDATE jobs SET priority = ?, max_running = ? WHERE seq = ?");
  const digestOf = prepare("SELECT body_digest FROM jobs WHERE id = ?");
  const tombstone = prepare("SELECT body_digest FROM tombstones WHERE id = ? AND until > ?");

  return ({ columns, tasks, history, rare, offers, order, labels }) => {
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
    const seq = insertJob.insert(...row, labels === undefined ? null : JSON.stringify(labels), tally.batch());
    if (seq === undefined) return { exists: digestOf.get<[string | null]>(id)?.[0] ?? null };
    tally.move(undefined, {
      workflow: columns[at.workflow],
      status: columns[at.status],
      owner: leased ? owner : null,
      waiting: columns[at.waiting],
    });
    if (labels !== undefined) labelled.replace({ seq, id, createdAt: columns[at.createdAt] }, null, labels);
    if (!inline) insertInput.run(seq, input);
    if (rare !== undefined) insertRare.run(...rare, seq);
    if (offers !== undefined) offered.add(seq, offers);
    if (order !== undefined) {
      const [priority, maxRunning, topic] = order;
      setOrder.run(topics.lineOf({ topic, priority }), maxRunning, seq);
    }
    parts.write(seq, columns[at.run], columns[at.version], tasks, history);
    return { leased };
  };
}
