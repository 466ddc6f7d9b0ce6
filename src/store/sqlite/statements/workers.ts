import { lostDelay, type WorkerRow } from "../../store.ts";
import type { Database } from "../database/database.ts";

import type { Writes } from "../protocol.ts";

type Perform<K extends keyof Writes> = (ask: Writes[K]["ask"]) => Writes[K]["answer"];

export interface WorkerStatements {
  lives(worker: string): boolean;
  list(): WorkerRow[];
  readonly register: Perform<"register">;
  readonly beat: Perform<"beat">;
  readonly expire: Perform<"expire">;
  readonly surrender: Perform<"surrender">;
  readonly release: Perform<"release">;
}

/** Incarnations of workers, and the leases that end with them. */
export function prepareWorkers(database: Pick<Database, "prepare" | "define">): WorkerStatements {
  database.define("lost_delay", lostDelay);
  const prepare = database.prepare.bind(database);
  const row = prepare("SELECT 1 FROM workers WHERE id = ?");
  const rows = prepare(
    "SELECT id, host, pid, pid_start, concurrency, lease_ms, started_at, beat FROM workers ORDER BY id",
  );
  const insert = prepare(
    "INSERT INTO workers (id, host, pid, pid_start, concurrency, lease_ms, started_at, beat) VALUES (?, ?, ?, ?, ?, ?, ?, 1)",
  );
  const setBeat = prepare("UPDATE workers SET beat = ? WHERE id = ?");
  const held = prepare("SELECT id, fence FROM jobs WHERE owner = ?");
  const endIncarnation = prepare("DELETE FROM workers WHERE id = ? AND beat = ?");
  const loseJobs = prepare(
    `UPDATE jobs SET owner = NULL, lost = lost + 1, ready_at = ? + lost_delay(lost + 1), version = version + 1
     WHERE owner = ?`,
  );
  const remove = prepare("DELETE FROM workers WHERE id = ?");
  const freeJobs = prepare("UPDATE jobs SET owner = NULL, version = version + 1 WHERE owner = ?");
  const release = prepare(
    "UPDATE jobs SET owner = NULL, version = version + 1 WHERE id = ? AND fence = ? AND owner = ?",
  );

  return {
    lives: (worker) => row.get(worker) !== undefined,
    list: () =>
      rows
        .all<[string, string, number, string, number, number, number, number]>()
        .map(([id, host, pid, pidStart, concurrency, leaseMs, startedAt, beat]) => {
          return { id, host, pid, pidStart, concurrency, leaseMs, startedAt, beat };
        }),
    register({ id, host, pid, pidStart, concurrency, leaseMs, startedAt }) {
      insert.run(id, host, pid, pidStart, concurrency, leaseMs, startedAt);
      return null;
    },
    beat({ worker, beat, held: believed }) {
      if (setBeat.run(beat, worker) === 0) return "expired";
      if (believed.length === 0) return [];
      const fences = new Map(held.all<[id: string, fence: number]>(worker));
      return believed.filter(({ id, fence }) => fences.get(id) !== fence).map(({ id }) => id);
    },
    expire({ worker, beat, nowMs }) {
      if (endIncarnation.run(worker, beat) === 0) return null;
      return loseJobs.run(nowMs, worker);
    },
    surrender(worker) {
      remove.run(worker);
      freeJobs.run(worker);
      return null;
    },
    release({ worker, jobs }) {
      for (const { id, fence } of jobs) release.run(id, fence, worker);
      return null;
    },
  };
}
