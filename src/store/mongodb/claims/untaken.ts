import { takes } from "../../../model/takes.ts";
import type { UntakenAsk, UntakenJobs } from "../../store.ts";
import type { Collections } from "../collections.ts";
import { partsOf } from "../documents/queues.ts";
import { waitingQueues } from "./reach.ts";
import { linesOf } from "./ready-jobs.ts";

/** Ready jobs that nobody takes. One index key for each queue and each workflow in it, whoever takes them and however many there are. */
export async function untakenJobs(
  collections: Collections,
  { takers, nowMs, limit }: UntakenAsk,
): Promise<UntakenJobs[]> {
  const lines = await linesOf(collections, await waitingQueues(collections), {});
  const untaken = lines.flatMap(({ queue, workflow, readyAt: since }) => {
    const topic = partsOf(queue)?.topic;
    const isTaken = takers.some((taker) => takes(taker, { workflow, topic }));
    return topic === undefined || isTaken || since > nowMs ? [] : [{ workflow, topic, since }];
  });
  const found = new Map<string, UntakenJobs>();
  for (const line of untaken.toSorted((a, b) => a.since - b.since)) {
    const key = JSON.stringify([line.workflow, line.topic]);
    if (found.size < limit && !found.has(key)) found.set(key, line);
  }
  return [...found.values()];
}
