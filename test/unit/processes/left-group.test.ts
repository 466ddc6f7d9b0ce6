import { expect, test } from "vitest";
import { endLeftGroup } from "../../../src/processes/left-group.ts";
import { leftProcesses } from "../../support/commands/left-processes.ts";
import { runningOf } from "../../support/commands/written-pids.ts";

test("a group that is there is killed, whole", async () => {
  const { group, pids } = await leftProcesses();
  expect(runningOf(pids)).toHaveLength(2);
  expect(await endLeftGroup(group, false)).toBe("ended");
  expect(runningOf(pids)).toEqual([]);
  expect(await endLeftGroup(group, false)).toBe("ended");
});

test("so is what is left of one whose leader is gone: it is known by its mark", async () => {
  const { group, pids, killLeader } = await leftProcesses();
  await killLeader();
  expect(runningOf(pids)).toHaveLength(1);
  expect(await endLeftGroup(group, false)).toBe("ended");
  expect(runningOf(pids)).toEqual([]);
});

test("a group without that mark may be another one's, and is left alone", async () => {
  const { group, pids, killLeader } = await leftProcesses({});
  await killLeader();
  expect(await endLeftGroup(group, false)).toBe("unknown");
  expect(runningOf(pids)).toHaveLength(1);
});

test("a process that got the number later is left alone: the group is gone then", async () => {
  const { group, pids } = await leftProcesses();
  expect(await endLeftGroup({ ...group, pidStart: "1" }, false)).toBe("ended");
  expect(runningOf(pids)).toHaveLength(2);
});

test("of another machine nothing can be told, whatever runs here under that number", async () => {
  const { group, pids } = await leftProcesses();
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
