import { setTimeout as delay } from "node:timers/promises";
import { hasProcessTable, membersOf } from "./process-table.ts";

/** How long the system may take to end what was killed: a process that waits for a disk ends when that answers. */
const killedWithinMs = 10_000;

/**
 * Ends every process of a group: TERM, and after the grace KILL; no grace, no TERM. Answers whether none is left. The caller
 * answers for it that the group is the one that is meant.
 */
export async function endGroup(group: number, graceMs: number): Promise<boolean> {
  if (isEmpty(group)) return true;
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
  for (let pauseMs = 2; !isEmpty(group); pauseMs = Math.min(100, pauseMs * 2)) {
    const leftMs = until - performance.now();
    if (leftMs <= 0) return false;
    await delay(Math.min(pauseMs, leftMs));
  }
  return true;
}

/** Whether processes of the group may be left; those that ended and were not asked for by their parents do not count. */
function isEmpty(group: number): boolean {
  if (!signalGroup(group, 0)) return true;
  return hasProcessTable() && membersOf(group).length === 0;
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
