import { readdirSync, readFileSync } from "node:fs";

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

/** Those of a group that have not ended, by number; looks at every process of the machine. Empty too where there is no /proc. */
export function membersOf(group: number): number[] {
  return numbers().filter((pid) => {
    const stat = statOf(pid);
    return stat !== undefined && stat.group === group && !stat.ended;
  });
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
