import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { ProcessGroup } from "../../../src/model/job/process-group.ts";
import { ownIdentity } from "../../../src/processes/identity.ts";
import { endLeftGroup } from "../../../src/processes/left-group.ts";
import { statOf } from "../../../src/processes/process-table.ts";
import { runningOf, writtenPids } from "../../support/commands/written-pids.ts";
import { eventually } from "../../support/eventually.ts";
import { tempFolder } from "../../support/temp-folder.ts";

interface Left {
  readonly group: ProcessGroup;
  /** Numbers of leader and grandchild. */
  readonly pids: string;
  readonly killLeader: () => Promise<void>;
}

/** A leader in a group of its own, with a grandchild that does not listen to TERM; what a killed worker leaves. */
async function left(
  environment: Readonly<Record<string, string>> = { WORKFLOWS_IDEMPOTENCY_KEY: "mark" },
): Promise<Left> {
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

test("a group that is there is killed, whole", async () => {
  const { group, pids } = await left();
  expect(runningOf(pids)).toHaveLength(2);
  expect(await endLeftGroup(group, false)).toBe("ended");
  expect(runningOf(pids)).toEqual([]);
  expect(await endLeftGroup(group, false)).toBe("ended");
});

test("so is what is left of one whose leader is gone: it is known by its mark", async () => {
  const { group, pids, killLeader } = await left();
  await killLeader();
  expect(runningOf(pids)).toHaveLength(1);
  expect(await endLeftGroup(group, false)).toBe("ended");
  expect(runningOf(pids)).toEqual([]);
});

test("a group without that mark may be another one's, and is left alone", async () => {
  const { group, pids, killLeader } = await left({});
  await killLeader();
  expect(await endLeftGroup(group, false)).toBe("unknown");
  expect(runningOf(pids)).toHaveLength(1);
});

test("a process that got the number later is left alone: the group is gone then", async () => {
  const { group, pids } = await left();
  expect(await endLeftGroup({ ...group, pidStart: "1" }, false)).toBe("ended");
  expect(runningOf(pids)).toHaveLength(2);
});

test("of another machine nothing can be told, whatever runs here under that number", async () => {
  const { group, pids } = await left();
  const [, ...rest] = group.host.split("/");
  expect(await endLeftGroup({ ...group, host: ["elsewhere", ...rest].join("/") }, false)).toBe("unknown");
  expect(await endLeftGroup({ ...group, pidStart: "" }, false)).toBe("unknown");
  expect(runningOf(pids)).toHaveLength(2);
});

test("what ran before the machine's last boot is gone, where there is one machine only", async () => {
  const group = { host: "this/earlier-boot/pids", pid: 1, pidStart: "1", mark: "mark" };
  expect(await endLeftGroup(group, true)).toBe("ended");
  expect(await endLeftGroup(group, false)).toBe("unknown");
});
