import { setTimeout as delay } from "node:timers/promises";
import { nextProcessTable } from "./process-table.ts";

/** How long the system may take to end what was killed: a process that waits for a disk ends when that answers. */
const killedWithinMs = 10_000;

/**
 * Ends every process of a group: TERM, and after the grace KILL; no grace, no TERM. Answers whether none is left. The caller
 * answers for it that the group is the one that is meant.
 */
export async function endGroup(group: number, graceMs: number): Promise<boolean> {
  if (graceMs > 0) {
    signalGroup(group, "SIGTERM");
    if (await emptyWithin(group, graceMs)) return true;
  }
  signalGroup(group, "SIGKILL");
  return emptyWithin(group, killedWithinMs);
}

/** Waits until no process of the group is left; answers false when the time is over first. */
export async function emptyWithin(group: number, withinMs: number): Promise<boolean> {
  const until = performance.now() + withinMs;
  for (let pauseMs = 2; !(await isEmpty(group)); pauseMs = Math.min(100, pauseMs * 2)) {
    const leftMs = until - performance.now();
    if (leftMs <= 0) return false;
    await delay(Math.min(pauseMs, leftMs));
  }
  return true;
}

/**
 * Whether it is certain that no process of the group is left; those that ended and were not asked for by their parents do not count. Where the system
 * hides processes, one of them may be another user's, as those of a set-user-ID program are: only that nobody has the group counts then.
 */
export async function isEmpty(group: number): Promise<boolean> {
  if (!signalGroup(group, 0)) return true;
  const { groups, whole } = await nextProcessTable();
  return whole && groups.get(group)?.length === 0;
}

/** False where no process has that group. */
export function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-group, signal);
    return true;
  } catch (error) {
    return !(error instanceof Error && "code" in error && error.code === "ESRCH"); // EPERM: there, and somebody else's
  }
}
