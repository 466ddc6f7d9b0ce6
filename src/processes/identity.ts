import { readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { readProc, statOf } from "./process-table.ts";

/** What names a process among all that ever ran on this host. */
export interface ProcessIdentity {
  /** Machine, boot and process-id space, as far as the system tells them. */
  readonly host: string;
  readonly pid: number;
  /** Empty where the system does not tell. */
  readonly pidStart: string;
}

/** Of this process. */
export function ownIdentity(): ProcessIdentity {
  return {
    host: [hostname(), bootId(), pidSpace()].join("/"),
    pid: process.pid,
    pidStart: statOf(process.pid)?.start ?? "",
  };
}

/** True only where it is certain that the process is gone: same host and boot, and no process of that pid and start time; a zombie counts as gone. */
export function isGone(other: ProcessIdentity, self: ProcessIdentity): boolean {
  if (other.host !== self.host || bootId() === "") return false;
  const stat = statOf(other.pid);
  return stat === undefined ? !exists(other.pid) : stat.ended || stat.start !== other.pidStart;
}

/** The boot of the machine in a `host`; empty where it is not known. */
export function bootOf(host: string): string {
  return host.split("/")[1] ?? "";
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && "code" in error && error.code === "ESRCH");
  }
}

function bootId(): string {
  return readProc("sys/kernel/random/boot_id").trim();
}

function pidSpace(): string {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch {
    return "";
  }
}
