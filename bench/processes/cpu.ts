import { readFileSync } from "node:fs";

/** CPU time that a process has used, ms (proc_pid_stat(5), 100 ticks a second). */
export function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

export function residentMib(pid: number): number {
  const line = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return Number(line?.[1]) / 1024;
}

/** Processes by what they are for: server, workers, mongod, ... */
export type Roles = Readonly<Record<string, readonly number[]>>;

/** CPU time that each role has used since this was called, ms. */
export function cpuSince(roles: Roles): () => Record<string, number> {
  const used = (): [string, number][] =>
    Object.entries(roles).map(([role, pids]) => [role, pids.reduce((sum, pid) => sum + cpuMs(pid), 0)]);
  const before = new Map(used());
  return () => Object.fromEntries(used().map(([role, ms]) => [role, ms - (before.get(role) ?? 0)]));
}
