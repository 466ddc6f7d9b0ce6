import { finalStatuses } from "../../../model/job/job.ts";
import type { Prepare } from "../database/database.ts";
import type { ForgetAsk, PruneAsk, RemoveAsk } from "../protocol.ts";
import type { Labels } from "./job/labels.ts";
import type { Tally } from "./job/tally.ts";

type Gone = [
  id: string,
  workflow: string,
  status: string,
  owner: string | null,
  waiting: string | null,
  createdAt: number,
  labels: string | null,
];

type Ended = [seq: number, id: string, bodyDigest: string | null, createdAt: number, finishedAt: number];

export interface Removal {
  /** Removes final jobs that owe nothing, and what belongs to them. Answers how many jobs. */
  prune(ask: PruneAsk): number;
  /** Removes tombstones whose time is over. Answers how many. */
  forget(ask: ForgetAsk): number;
  /** Removes one, if it is final and has the expected version. */
  remove(ask: RemoveAsk): boolean;
  /** Removes one of any state; where a time is given, its key is remembered until then. */
  drop(seq: number, id: string, keyUntil: number | null): void;
}

export function prepareRemoval(prepare: Prepare, labelled: Labels, tally: Tally): Removal {
  const final = "finished_at IS NOT NULL AND ready_at IS NULL AND owed_since IS NULL";
  const ended = prepare(
    `SELECT seq, id, body_digest, created_at, finished_at FROM jobs WHERE ${final} AND status = ? AND finished_at < ?
     ORDER BY finished_at LIMIT ?`,
  );
  const one = prepare(
    `SELECT seq, id, body_digest, created_at, finished_at FROM jobs WHERE id = ? AND version = ? AND ${final}`,
  );
  const digestOf = prepare("SELECT body_digest FROM jobs WHERE seq = ?");
  const bury = prepare("INSERT OR REPLACE INTO tombstones (id, body_digest, until) VALUES (?, ?, ?)");
  const parts = [
    prepare("DELETE FROM tasks WHERE job = ?"),
    prepare("DELETE FROM history WHERE job = ?"),
    prepare("DELETE FROM inputs WHERE job = ?"),
    prepare("DELETE FROM offers WHERE job = ?"),
  ];
  const dropJob = prepare(
    "DELETE FROM jobs WHERE seq = ? RETURNING id, workflow, status, owner, waiting, created_at, labels",
  );
  const sweep = prepare(
    "DELETE FROM tombstones WHERE id IN (SELECT id FROM tombstones WHERE until <= ? ORDER BY until LIMIT ?)",
  );

  function dropEnded([seq, id, bodyDigest, createdAt]: Ended, nowMs: number, idempotencyWindowMs: number): void {
    const until = createdAt + idempotencyWindowMs;
    if (bodyDigest !== null && until > nowMs) bury.run(id, bodyDigest, until);
    dropParts(seq);
  }

  function dropParts(seq: number): void {
    for (const statement of parts) statement.run(seq);
    const gone = dropJob.get<Gone>(seq);
    if (gone === undefined) return;
    const [id, workflow, status, owner, waiting, createdAt, labels] = gone;
    tally.move({ workflow, status, owner, waiting }, undefined);
    labelled.replace({ seq, id, createdAt }, labels, []);
  }

  return {
    prune({ finishedBeforeMs, idempotencyWindowMs, nowMs, limit }) {
      const jobs = finalStatuses
        .flatMap((status) => ended.all<Ended>(status, finishedBeforeMs, limit))
        .sort((a, b) => a[4] - b[4])
        .slice(0, limit);
      for (const job of jobs) dropEnded(job, nowMs, idempotencyWindowMs);
      return jobs.length;
    },
    forget: ({ nowMs, limit }) => sweep.run(nowMs, limit),
    remove({ id, expectedVersion, idempotencyWindowMs, nowMs }) {
      const job = one.get<Ended>(id, expectedVersion);
      if (job !== undefined) dropEnded(job, nowMs, idempotencyWindowMs);
      return job !== undefined;
    },
    drop(seq, id, keyUntil) {
      if (keyUntil !== null) bury.run(id, digestOf.get<[string | null]>(seq)?.[0] ?? null, keyUntil);
      dropParts(seq);
    },
  };
}
