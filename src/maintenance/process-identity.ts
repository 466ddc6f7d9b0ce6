import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import type { WorkerInfo } from "../store/store.ts";

/** What names a process among all that ever ran on this host. */
export type ProcessIdentity = Pick<WorkerInfo, "host" | "pid" | "pidStart">;

/** Of this process. `host` names machine, boot and process-id space, as far as the system tells them. */
export function ownIdentity(): ProcessIdentity {
  return { host: [hostname(), bootId(), pidSpace()].join("/"), pid: process.pid, pidStart: startOf(process.pid) ?? "" };
}

/** True only where it is certain that the process is gone: same host and boot, and no process of that pid and start time. */
export function isGone(other: ProcessIdentity, self: ProcessIdentity): boolean {
  if (other.host !== self.host || bootId() === "") return false;
  const start = startOf(other.pid);
  return start === undefined ? !exists(other.pid) : start !== other.pidStart;
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && "code" in error && error.code === "ESRCH");
  }
}

/** Start time in clock ticks since boot: field 22 of /proc/PID/stat (proc_pid_stat(5)); a zombie counts as gone. */
function startOf(pid: number): string | undefined {
  const stat = read(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields[0] === "Z" || fields[0] === "X" ? "ended" : fields[19];
}

function bootId(): string {
  return read("/proc/sys/kernel/random/boot_id").trim();
}

function pidSpace(): string {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch {
    return "";
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
