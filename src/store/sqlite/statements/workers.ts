import type { HeldJob, WorkerRow } from "../../store.ts";
import { lostDelay } from "../../suspects.ts";
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
    "SELECT id, host, pid, pid_start, concurrency, address, lease_ms, started_at, beat, room FROM workers ORDER BY id",
  );
  const insert = prepare(
    `INSERT INTO workers (id, host, pid, pid_start, concurrency, address, lease_ms, started_at, beat, room)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 1, ?5)`,
  );
  const setBeat = prepare("UPDATE workers SET beat = ?, room = ? WHERE id = ?");
  const held = prepare("SELECT id, fence, version FROM jobs WHERE owner = ?");
  const endIncarnation = prepare("DELETE FROM workers WHERE id = ? AND beat = ?");
  const loseJobs = prepare(
    `UPDATE jobs SET owner = NULL, lost = lost + 1, version = version + 1,
       ready_at = CASE status WHEN 'paused' THEN ready_at ELSE ? + lost_delay(lost + 1) END
     WHERE owner = ?`,
  );
  const remove = prepare("DELETE FROM workers WHERE id = ?");
  const freeJobs = prepare("UPDATE jobs SET owner = NULL, version = version + 1 WHERE owner = ?");
  const release = prepare(
    "UPDATE jobs SET owner = NULL, version = version + 1, ready_at = max(ready_at, ?) WHERE id = ? AND fence = ? AND owner = ?",
  );

  return {
    lives: (worker) => row.get(worker) !== undefined,
    list: () =>
      rows
        .all<[string, string, number, string, number, string, number, number, number, number]>()
        .map(([id, host, pid, pidStart, concurrency, address, leaseMs, startedAt, beat, room]) => {
          return { id, host, pid, pidStart, concurrency, address, leaseMs, startedAt, beat, room };
        }),
    register({ id, host, pid, pidStart, concurrency, address, leaseMs, startedAt }) {
      insert.run(id, host, pid, pidStart, concurrency, address, leaseMs, startedAt);
      return null;
    },
    beat({ worker, beat, room, held: believed }) {
      if (setBeat.run(beat, room, worker) === 0) return "expired";
      if (believed.length === 0) return { gone: [], changed: [] };
      const owned = held.all<[id: string, fence: number, version: number]>(worker);
      const known = new Map(owned.map(([id, fence, version]) => [id, { fence, version }]));
      const isOurs = ({ id, fence }: HeldJob): boolean => known.get(id)?.fence === fence;
      return {
        gone: believed.filter((job) => !isOurs(job)).map(({ id }) => id),
        changed: believed
          .filter((job) => isOurs(job) && known.get(job.id)?.version !== job.version)
          .map(({ id }) => id),
      };
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
      for (const { id, fence, notBefore } of jobs) release.run(notBefore ?? 0, id, fence, worker);
      return null;
    },
  };
}
