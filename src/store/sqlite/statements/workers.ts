import type { Takes } from "../../../model/takes.ts";
import type { HeldJob, WorkerRow } from "../../store.ts";
import { lostDelay } from "../../suspects.ts";
import type { Database } from "../database/database.ts";
import type { Writes } from "../protocol.ts";
import type { Tally } from "./job/tally.ts";

type Perform<K extends keyof Writes> = (ask: Writes[K]["ask"]) => Writes[K]["answer"];

const returning = "RETURNING workflow, status, waiting";

type Freed = [workflow: string, status: string, waiting: string | null];

export interface WorkerStatements {
  lives(worker: string): boolean;
  list(): WorkerRow[];
  holding(): [worker: string, jobs: number][];
  readonly register: Perform<"register">;
  readonly beat: Perform<"beat">;
  readonly expire: Perform<"expire">;
  readonly surrender: Perform<"surrender">;
  readonly release: Perform<"release">;
}

/** Incarnations of workers, and the leases that end with them. */
export function prepareWorkers(database: Pick<Database, "prepare" | "define">, tally: Tally): WorkerStatements {
  database.define("lost_delay", lostDelay);
  const prepare = database.prepare.bind(database);
  const living = prepare("SELECT 1 FROM workers WHERE id = ?");
  const rows = prepare(
    "SELECT id, host, pid, pid_start, concurrency, address, lease_ms, started_at, beat, room, takes FROM workers ORDER BY id",
  );
  const insert = prepare(
    `INSERT INTO workers (id, host, pid, pid_start, concurrency, address, lease_ms, started_at, beat, room, takes)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 1, ?5, ?9)`,
  );
  const setBeat = prepare("UPDATE workers SET beat = ?, room = ? WHERE id = ?");
  const held = prepare("SELECT id, fence, version FROM jobs WHERE owner = ?");
  const heldCounts = prepare("SELECT owner, count(*) FROM jobs WHERE owner > '' GROUP BY owner");
  const endIncarnation = prepare("DELETE FROM workers WHERE id = ? AND beat = ?");
  const loseJobs = prepare(
    `UPDATE jobs SET owner = NULL, lost = lost + 1, version = version + 1, changed = ?1,
       extras = json_set(coalesce(extras, '{}'), '$.lostBy', json_object('worker', owner, 'at', ?2, 'lost', lost + 1)),
       ready_at = CASE status WHEN 'paused' THEN ready_at ELSE ?2 + lost_delay(lost + 1) END,
       waiting = CASE status WHEN 'paused' THEN waiting ELSE 'worker_lost' END
     WHERE owner = ?3 ${returning}`,
  );
  const remove = prepare("DELETE FROM workers WHERE id = ?");
  const freeJobs = prepare(
    `UPDATE jobs SET owner = NULL, version = version + 1, changed = ? WHERE owner = ? ${returning}`,
  );
  const release = prepare(
    `UPDATE jobs SET owner = NULL, version = version + 1, changed = ?, ready_at = max(ready_at, ?)
     WHERE id = ? AND fence = ? AND owner = ? ${returning}`,
  );

  /** Jobs that a worker held and that nobody holds any more, as they are now. Answers how many. */
  function countFreed(owner: string, jobs: readonly Freed[]): number {
    for (const [workflow, status, waiting] of jobs)
      tally.move({ workflow, status, owner, waiting }, { workflow, status, owner: null, waiting });
    return jobs.length;
  }

  return {
    lives: (worker) => living.get(worker) !== undefined,
    list: () =>
      rows
        .all<[string, string, number, string, number, string, number, number, number, number, string | null]>()
        .map(([id, host, pid, pidStart, concurrency, address, leaseMs, startedAt, beat, room, taken]) => {
          const row = { id, host, pid, pidStart, concurrency, address, leaseMs, startedAt, beat, room };
          return taken === null ? row : { ...row, takes: JSON.parse(taken) as Takes };
        }),
    holding: () => heldCounts.all<[string, number]>(),
    register({ id, host, pid, pidStart, concurrency, address, leaseMs, startedAt, takes }) {
      const taken = takes === undefined ? null : JSON.stringify(takes);
      insert.run(id, host, pid, pidStart, concurrency, address, leaseMs, startedAt, taken);
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
      return countFreed(worker, loseJobs.all<Freed>(tally.batch(), nowMs, worker));
    },
    surrender(worker) {
      remove.run(worker);
      countFreed(worker, freeJobs.all<Freed>(tally.batch(), worker));
      return null;
    },
    release({ worker, jobs }) {
      for (const { id, fence, notBefore } of jobs)
        countFreed(worker, release.all<Freed>(tally.batch(), notBefore ?? 0, id, fence, worker));
      return null;
    },
  };
}
