import { type Takes, takesByDefault } from "../model/takes.ts";
import type { Store, StoreHealth, UntakenJobs } from "../store/store.ts";

/** From when on jobs that nobody takes are worth a word. */
const waitingTooLongMs = 30_000;

/** Workflows that are looked for, of those that nobody takes; and those that are named. */
const lookedForAtMost = 100;
const namedAtMost = 5;

/** Jobs have been ready for too long, and no live worker will take them. */
export interface Unattended {
  /** Since when the longest-ready of them has been ready. */
  readonly since: number;
  readonly waitedMs: number;
  /** Absent where no worker lives at all. */
  readonly untaken?: readonly UntakenJobs[];
}

/** Undefined where nothing is wrong. `health` was read just now. */
export async function unattendedJobs(
  store: Pick<Store, "workers" | "housekeeping">,
  { waitingSince, liveWorkers }: StoreHealth,
  nowMs: number,
): Promise<Unattended | undefined> {
  if (waitingSince === undefined || nowMs - waitingSince < waitingTooLongMs) return undefined;
  const nobody = { since: waitingSince, waitedMs: nowMs - waitingSince };
  if (liveWorkers === 0) return nobody;
  const takers = (await store.workers.list())
    .filter(({ ended }) => ended !== true)
    .map(({ takes = takesByDefault }) => takes);
  if (takers.length === 0) return nobody;
  if (takers.some(takesEverything)) return undefined; // they are busy
  const ask = { takers, nowMs: nowMs - waitingTooLongMs, limit: lookedForAtMost };
  const untaken = await store.housekeeping.untaken(ask);
  if (untaken.length === 0) return undefined;
  const since = Math.min(...untaken.map((jobs) => jobs.since));
  return { since, waitedMs: nowMs - since, untaken };
}

function takesEverything({ topics, workflows, except }: Takes): boolean {
  return topics === undefined && workflows === undefined && except === undefined;
}

/** For people: which jobs these are. */
export function namesOf(untaken: readonly UntakenJobs[]): string {
  const names = untaken.map(({ workflow, topic }) => `${workflow} (topic ${topic})`).sort();
  const more = names.length - namedAtMost;
  return `${names.slice(0, namedAtMost).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
