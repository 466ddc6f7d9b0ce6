import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { ProcessGroup } from "../../../src/model/job/process-group.ts";
import { ownIdentity } from "../../../src/processes/identity.ts";
import { statOf } from "../../../src/processes/process-table.ts";
import { eventually } from "../eventually.ts";
import { onTestFinished } from "../on-test-finished.ts";
import { tempFolder } from "../temp-folder.ts";
import { runningOf, writtenPids } from "./written-pids.ts";

export interface LeftProcesses {
  readonly group: ProcessGroup;
  /** Numbers of leader and grandchild. */
  readonly pids: string;
  readonly killLeader: () => Promise<void>;
}

/** A leader in a group of its own, with a grandchild that does not listen to TERM; what a killed worker leaves. */
export async function leftProcesses(
  environment: Readonly<Record<string, string>> = { WORKFLOWS_IDEMPOTENCY_KEY: "mark" },
): Promise<LeftProcesses> {
  const folder = await tempFolder();
  onTestFinished(() => folder[Symbol.asyncDispose]());
  const pids = join(folder.path, "pids");
  const script = `sh -c 'trap "" TERM; echo $$ >>"$1"; while :; do sleep 1; done' deaf "$1" & echo $$ >>"$1"; wait`;
  const child = spawn("/bin/sh", ["-c", script, "leader", pids], {
    detached: true,
    stdio: "ignore",
    env: { PATH: process.env["PATH"] ?? "", ...environment },
  });
  const pid = child.pid ?? 0;
  onTestFinished(() => {
    for (const running of runningOf(pids)) process.kill(running, "SIGKILL");
  });
  const exited = once(child, "exit");
  await eventually("both run", () => writtenPids(pids).length === 2);
  return {
    group: { host: ownIdentity().host, pid, pidStart: statOf(pid)?.start ?? "", mark: "mark" },
    pids,
    async killLeader() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}
