import type { Log } from "../model/log.ts";
import { isGone, type ProcessIdentity } from "../processes/identity.ts";
import type { WorkerStore } from "../store/store.ts";

/**
 * At the start of a process: ends at once the workers of this host and boot whose process is gone,
 * so that a restart goes on in a second and not in a lease. Answers how many jobs were set free.
 */
export async function expireDeadNeighbours(
  workers: WorkerStore,
  self: ProcessIdentity,
  nowMs: number,
  log: Log,
): Promise<number> {
  let freed = 0;
  for (const row of await workers.list()) {
    if (!isGone(row, self)) continue;
    const jobs = await workers.expire(row.id, row.beat, nowMs);
    if (jobs === undefined) continue;
    log.info({ worker: row.id, lostPid: row.pid, jobs }, "a worker's process is gone: its jobs go on");
    freed += jobs;
  }
  return freed;
}
