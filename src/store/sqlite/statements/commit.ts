import type { Prepare } from "../database/database.ts";
import type { CommitResult, CommitRow } from "../protocol.ts";
import type { JobParts } from "./job-parts.ts";
import type { Offers } from "./offers.ts";
import type { JobReader } from "./read-job.ts";

/** Applies one change, if the job still has the expected version. */
export function prepareCommit(
  prepare: Prepare,
  parts: JobParts,
  reader: JobReader,
  offered: Offers,
): (row: CommitRow) => CommitResult {
  const head = prepare("SELECT seq, run, version, status, owner FROM jobs WHERE id = ?");
  const set = `error = ?, lost = ?, lost_recorded = ?, ready_at = ?, deadline_at = ?, started_at = ?, finished_at = ?,
    bytes = ?, version = ?`;
  const change = prepare(`UPDATE jobs SET status = ?, ${set}, owner = ? WHERE seq = ?`);
  // Naming neither status nor owner leaves the indexes of lists alone.
  const changeWithin = prepare(`UPDATE jobs SET ${set} WHERE seq = ?`);
  const renew = prepare(
    "UPDATE jobs SET run = ?, fence = ?, workflow_version = ?, digest = ?, format = coalesce(?, format) WHERE seq = ?",
  );
  const setEffects = prepare("UPDATE jobs SET effects = ?, owed_since = ? WHERE seq = ?");
  const mergeExtras = prepare("UPDATE jobs SET extras = json_patch(coalesce(extras, '{}'), ?) WHERE seq = ?");
  const dropEarlierRuns = prepare("DELETE FROM tasks WHERE job = ? AND run < ?");

  return ({ id, expectedVersion, columns, keepLease, renewal, effects, extras, offers, tasks, history }) => {
    const found = head.get<[seq: number, run: number, version: number, status: string, owner: string | null]>(id);
    if (found === undefined) return "gone";
    const [seq, run, version, status, owner] = found;
    if (version !== expectedVersion) return reader.bySeq(seq) ?? "gone";
    const next = version + 1;
    const [newStatus, ...rest] = columns;
    const newOwner = keepLease ? owner : null;
    if (newStatus === status && newOwner === owner) changeWithin.run(...rest, next, seq);
    else change.run(newStatus, ...rest, next, newOwner, seq);
    if (renewal !== undefined) {
      renew.run(...renewal, seq);
      dropEarlierRuns.run(seq, renewal[0]);
    }
    if (effects !== undefined) setEffects.run(...effects, seq);
    if (offers !== undefined) offered.replace(seq, offers);
    if (extras !== undefined) mergeExtras.run(extras, seq);
    parts.write(seq, renewal?.[0] ?? run, next, tasks, history);
    return next;
  };
}
