import type { Prepare } from "../database/database.ts";
import type { PruneAsk } from "../protocol.ts";

/** Tombstones swept with each piece. */
const sweptAtOnce = 200;

/** Removes final jobs and what belongs to them, and tombstones whose time is over. Answers how many jobs. */
export function preparePrune(prepare: Prepare): (ask: PruneAsk) => number {
  const ended = prepare(
    `SELECT seq, id, body_digest, created_at FROM jobs
     WHERE finished_at IS NOT NULL AND ready_at IS NULL AND finished_at < ? ORDER BY finished_at LIMIT ?`,
  );
  const bury = prepare("INSERT OR REPLACE INTO tombstones (id, body_digest, until) VALUES (?, ?, ?)");
  const remove = [
    prepare("DELETE FROM tasks WHERE job = ?"),
    prepare("DELETE FROM history WHERE job = ?"),
    prepare("DELETE FROM inputs WHERE job = ?"),
    prepare("DELETE FROM jobs WHERE seq = ?"),
  ];
  const sweep = prepare(
    "DELETE FROM tombstones WHERE id IN (SELECT id FROM tombstones WHERE until <= ? ORDER BY until LIMIT ?)",
  );

  return ({ finishedBeforeMs, idempotencyWindowMs, nowMs, limit }) => {
    type Ended = [seq: number, id: string, bodyDigest: string | null, createdAt: number];
    const jobs = ended.all<Ended>(finishedBeforeMs, limit);
    for (const [seq, id, bodyDigest, createdAt] of jobs) {
      const until = createdAt + idempotencyWindowMs;
      if (bodyDigest !== null && until > nowMs) bury.run(id, bodyDigest, until);
      for (const statement of remove) statement.run(seq);
    }
    sweep.run(nowMs, sweptAtOnce);
    return jobs.length;
  };
}
