import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

/** What the system tells of a process (proc_pid_stat(5)). */
export interface ProcessStat {
  /** It has ended, and its parent has not asked for its exit code yet. */
  readonly ended: boolean;
  readonly group: number;
  /** Clock ticks since boot. */
  readonly start: string;
}

/** Undefined where there is no such process, or no /proc. */
export function statOf(pid: number): ProcessStat | undefined {
  const stat = readProc(`${pid}/stat`);
  const [state, , group, ...rest] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const start = rest[16];
  if (state === undefined || start === undefined) return undefined;
  return { ended: state === "Z" || state === "X", group: Number(group), start };
}

/** Whether the system tells of processes as Linux does. */
export function hasProcessTable(): boolean {
  return statOf(process.pid) !== undefined;
}

/** All processes that the system shows, at one moment. */
export interface ProcessTable {
  /** Of each group of which it shows any: those that have not ended, by number. */
  readonly groups: ReadonlyMap<number, readonly number[]>;
  /** False where it hides those of other users (`hidepid`), or there is no /proc: what it does not show may be there. */
  readonly whole: boolean;
}

/** A reading takes some time for each process of the machine, and nothing else is done meanwhile. */
const readEveryMs = 50;
let readAt = Number.NEGATIVE_INFINITY;
let next: Promise<ProcessTable> | undefined;

/** The processes as they are at a moment after this call. One reading serves all who ask for it until it is made, at most every 50 ms. */
export function nextProcessTable(): Promise<ProcessTable> {
  next ??= delay(Math.max(0, readAt + readEveryMs - performance.now())).then(() => {
    next = undefined;
    readAt = performance.now();
    return readTable();
  });
  return next;
}

function readTable(): ProcessTable {
  const groups = new Map<number, number[]>();
  for (const pid of numbers()) {
    const stat = statOf(pid);
    if (stat === undefined) continue;
    const living = groups.get(stat.group) ?? [];
    if (!stat.ended) living.push(pid);
    groups.set(stat.group, living);
  }
  return { groups, whole: statOf(1) !== undefined };
}

/** Whether the environment with which a process began holds `NAME=value`; false where it may not be read. */
export function hasInEnvironment(pid: number, name: string, value: string): boolean {
  return readProc(`${pid}/environ`).split("\0").includes(`${name}=${value}`);
}

/** Reads a file of /proc; empty where it cannot be read. */
export function readProc(path: string): string {
  try {
    return readFileSync(`/proc/${path}`, "utf8");
  } catch {
    return "";
  }
}

function numbers(): number[] {
  try {
    return readdirSync("/proc")
      .map(Number)
      .filter((pid) => pid > 0);
  } catch {
    return [];
  }
}
