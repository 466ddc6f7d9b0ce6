import { suspectsLookedAt } from "../../suspects.ts";
import type { Collections } from "../collections.ts";
import { roomUnderCaps } from "./permits.ts";
import type { Reach } from "./reach.ts";
import { type ReadyJob, waitingJobs } from "./ready-jobs.ts";

export interface WaitingSuspects {
  /** In the order in which they are ready: now, or later. Of a workflow that has as many jobs with workers as it may there is no ready one. */
  readonly jobs: readonly ReadyJob[];
  /** How many more jobs may be taken of each capped workflow among the ready ones. */
  readonly room: ReadonlyMap<string, number>;
}

/**
 * The suspects within reach that wait longest, at least `limit` where there are so many. Those that could not be taken, because their workflow is full, are passed
 * over: while a suspect is said to be ready, workers stand idle for it, and it would stand before others.
 */
export async function waitingSuspects(
  collections: Collections,
  reach: Reach,
  nowMs: number,
  limit: number,
): Promise<WaitingSuspects> {
  const room = new Map<string, number>();
  const full: string[] = [];
  for (;;) {
    const most = full.length === 0 ? limit : Math.max(limit, suspectsLookedAt); // so that more full workflows are seen at once
    const found = await waitingJobs(collections, reach.suspect, reach.workflows, most, full);
    const unknown = found.filter(
      ({ workflow, readyAt, maxRunning }) => maxRunning !== undefined && readyAt <= nowMs && !room.has(workflow),
    );
    const firsts = [...Map.groupBy(unknown, ({ workflow }) => workflow).values()].flatMap((jobs) => jobs.slice(0, 1));
    for (const [workflow, places] of await roomUnderCaps(collections, nowMs, firsts)) {
      room.set(workflow, places);
      if (places === 0) full.push(workflow);
    }
    const jobs = found.filter((job) => job.readyAt > nowMs || hasRoom(job, room));
    if (jobs.length === found.length || found.length < most) return { jobs, room };
  }
}

/** Whether one that is ready may still be taken, after those that were `chosen`. */
export function hasRoom(
  { workflow, maxRunning }: ReadyJob,
  room: ReadonlyMap<string, number>,
  chosen: readonly ReadyJob[] = [],
): boolean {
  const places = maxRunning === undefined ? undefined : room.get(workflow);
  if (places === undefined) return true;
  return places > chosen.filter((one) => one.workflow === workflow && one.maxRunning !== undefined).length;
}
