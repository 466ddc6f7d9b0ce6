import { defaultPriority } from "../../../model/job/priority.ts";
import type { Prepare } from "../database/database.ts";
import type { CommitResult, CommitRow } from "../protocol.ts";
import type { Labels } from "./job/labels.ts";
import type { Offers } from "./job/offers.ts";
import type { JobParts } from "./job/parts.ts";
import type { Tally } from "./job/tally.ts";
import type { Topics } from "./job/topics.ts";
import type { JobReader } from "./read-job.ts";
import type { Removal } from "./removal.ts";

type Head = readonly [
  seq: number,
  run: number,
  version: number,
  status: string,
  owner: string | null,
  workflow: string,
  waiting: string | null,
  createdAt: number,
  labels: string | null,
];

/** Positions of columns in what a commit sets. */
const at = { waiting: 9 } as const;

/** Applies one change, if the job still has the expected version. */
export function prepareCommit(
  prepare: Prepare,
  parts: JobParts,
  reader: JobReader,
  offered: Offers,
  topics: Topics,
  removals: Pick<Removal, "drop">,
  labelled: Labels,
  tally: Tally,
): (row: CommitRow) => CommitResult {
  const head = prepare(
    "SELECT seq, run, version, status, owner, workflow, waiting, created_at, labels FROM jobs WHERE id = ?",
  );
  const set = `error = ?, lost = ?, lost_told = ?, ready_at = ?, deadline_at = ?, started_at = ?, finished_at = ?,
    bytes = ?, waiting = ?, labels = coalesce(?, labels), changed = ?, version = ?`;
  const change = prepare(`UPDATE jobs SET status = ?, ${set}, owner = ? WHERE seq = ?`);
  // Naming neither status nor owner leaves the indexes of lists alone.
  const changeWithin = prepare(`UPDATE jobs SET ${set} WHERE seq = ?`);
  const renew = prepare(
    "UPDATE jobs SET run = ?, fence = ?, workflow_version = ?, digest = ?, format = coalesce(?, format) WHERE seq = ?",
  );
  const priorityOf = prepare("SELECT priority FROM jobs WHERE seq = ?");
  const setLine = prepare("UPDATE jobs SET priority = ? WHERE seq = ?");
  const setEffects = prepare("UPDATE jobs SET effects = ?, owed_since = ? WHERE seq = ?");
  const mergeExtras = prepare("UPDATE jobs SET extras = json_patch(coalesce(extras, '{}'), ?) WHERE seq = ?");
  const dropEarlierRuns = prepare("DELETE FROM tasks WHERE job = ? AND run < ?");

  function moveTo(topic: string, seq: number): void {
    const [line = defaultPriority] = priorityOf.get<[number]>(seq) ?? [];
    setLine.run(topics.lineOf({ topic, priority: topics.placeOf(line).priority }), seq);
  }

  return (row) => {
    const { id, expectedVersion, columns, keepLease, renewal, effects, extras, offers, labels, removal } = row;
    const found = head.get<Head>(id);
    if (found === undefined) return "gone";
    const [seq, run, version, status, owner, workflow, waiting, createdAt, hadLabels] = found;
    if (version !== expectedVersion) return reader.bySeq(seq) ?? "gone";
    const next = version + 1;
    if (removal !== undefined) {
      removals.drop(seq, id, removal.keyUntil);
      return next;
    }
    const [newStatus, ...rest] = columns;
    const newOwner = keepLease ? owner : null;
    const newLabels = labels === undefined ? null : JSON.stringify(labels);
    if (newStatus === status && newOwner === owner) changeWithin.run(...rest, newLabels, tally.batch(), next, seq);
    else change.run(newStatus, ...rest, newLabels, tally.batch(), next, newOwner, seq);
    tally.move(
      { workflow, status, owner, waiting },
      { workflow, status: newStatus, owner: newOwner, waiting: columns[at.waiting] },
    );
    if (labels !== undefined) labelled.replace({ seq, id, createdAt }, hadLabels, labels);
    if (renewal !== undefined) {
      const [newRun, fence, workflowVersion, digest, format, topic] = renewal;
      renew.run(newRun, fence, workflowVersion, digest, format, seq);
      if (topic !== null) moveTo(topic, seq);
      dropEarlierRuns.run(seq, newRun);
    }
    if (effects !== undefined) setEffects.run(...effects, seq);
    if (offers !== undefined) offered.replace(seq, offers);
    if (extras !== undefined) mergeExtras.run(extras, seq);
    parts.write(seq, renewal?.[0] ?? run, next, row.tasks, row.history);
    return next;
  };
}
