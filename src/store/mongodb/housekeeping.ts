import type { Housekeeping, StoreHealth } from "../store.ts";
import { firstReadyAt } from "./claims/ready-jobs.ts";
import { untakenJobs } from "./claims/untaken.ts";
import type { Collections } from "./collections.ts";
import { sweepOrphans } from "./commands/orphans.ts";
import { forgetKeys, pruneJobs, removeJob } from "./commands/removal.ts";
import { budgets, untilAnswered } from "./outcome/retry.ts";
import type { WriteQueues } from "./write-queues.ts";

/** Longest that one pass looks for orphans, in ms. */
const sweepForMs = 2000;

export function housekeeping(collections: Collections, queues: WriteQueues): Housekeeping {
  return {
    async prune(ask): Promise<number> {
      const pruned = await pruneJobs(collections, ask);
      const until = performance.now() + sweepForMs;
      while ((await sweepOrphans(collections, ask.nowMs)) && performance.now() < until);
      return pruned;
    },
    forgetKeys: (nowMs, limit) => forgetKeys(collections, nowMs, limit),
    remove: (ask) => removeJob(collections, ask),
    health: (nowMs) => untilAnswered(budgets.read, () => health(collections, queues, nowMs)),
    untaken: (ask) => untilAnswered(budgets.read, () => untakenJobs(collections, ask)),
    clock: () =>
      untilAnswered(budgets.read, async () => {
        const { localTime } = await collections.db.command({ hello: 1 });
        return (localTime as Date).getTime();
      }),
  };
}

async function health(collections: Collections, queues: WriteQueues, nowMs: number): Promise<StoreHealth> {
  const [oldest = nowMs + 1, liveWorkers] = await Promise.all([
    firstReadyAt(collections),
    collections.workers.countDocuments({ _id: { $gt: "" }, beat: { $gt: 0 } }),
  ]);
  queues.probe();
  return { writable: queues.writable, waitingSince: oldest <= nowMs ? oldest : undefined, liveWorkers };
}
