import type { Prepare } from "../database/database.ts";
import type { PruneAsk, RemoveAsk } from "../protocol.ts";

/** Tombstones swept with each piece. */
const sweptAtOnce = 200;

type Ended = [seq: number, id: string, bodyDigest: string | null, createdAt: number];

export interface Removal {
  /** Removes final jobs that owe nothing, and what belongs to them, and tombstones whose time is over. Answers how many jobs. */
  prune(ask: PruneAsk): number;
  /** Removes one, if it is final and has the expected version. */
  remove(ask: RemoveAsk): boolean;
}

export function prepareRemoval(prepare: Prepare): Removal {
  const final = "finished_at IS NOT NULL AND ready_at IS NULL AND owed_since IS NULL";
  const ended = prepare(
    `SELECT seq, id, body_digest, created_at FROM jobs WHERE ${final} AND finished_at < ? ORDER BY finished_at LIMIT ?`,
  );
  const one = prepare(`SELECT seq, id, body_digest, created_at FROM jobs WHERE id = ? AND version = ? AND ${final}`);
  const bury = prepare("INSERT OR REPLACE INTO tombstones (id, body_digest, until) VALUES (?, ?, ?)");
  const parts = [
    prepare("DELETE FROM tasks WHERE job = ?"),
    prepare("DELETE FROM history WHERE job = ?"),
    prepare("DELETE FROM inputs WHERE job = ?"),
    prepare("DELETE FROM jobs WHERE seq = ?"),
  ];
  const sweep = prepare(
    "DELETE FROM tombstones WHERE id IN (SELECT id FROM tombstones WHERE until <= ? ORDER BY until LIMIT ?)",
  );

  function drop([seq, id, bodyDigest, createdAt]: Ended, nowMs: number, idempotencyWindowMs: number): void {
    const until = createdAt + idempotencyWindowMs;
    if (bodyDigest !== null && until > nowMs) bury.run(id, bodyDigest, until);
    for (const statement of parts) statement.run(seq);
  }

  return {
    prune({ finishedBeforeMs, idempotencyWindowMs, nowMs, limit }) {
      const jobs = ended.all<Ended>(finishedBeforeMs, limit);
      for (const job of jobs) drop(job, nowMs, idempotencyWindowMs);
      sweep.run(nowMs, sweptAtOnce);
      return jobs.length;
    },
    remove({ id, expectedVersion, idempotencyWindowMs, nowMs }) {
      const job = one.get<Ended>(id, expectedVersion);
      if (job !== undefined) drop(job, nowMs, idempotencyWindowMs);
      return job !== undefined;
    },
  };
}
