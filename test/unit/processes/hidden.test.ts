import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { ProcessGroup } from "../../../src/model/job/process-group.ts";
import { leftProcesses } from "../../support/commands/left-processes.ts";
import { runningOf } from "../../support/commands/written-pids.ts";

const program = join(import.meta.dirname, "unprivileged-program.ts");

/** Runs it as another user, from whom the system hides the processes of all others. */
function asNobody(argument: string) {
  const script =
    'mount -t proc -o hidepid=2 proc /proc && exec setpriv --reuid 65534 --regid 65534 --clear-groups "$@"';
  const command = [process.execPath, program, argument];
  return spawnSync("/usr/bin/unshare", ["--mount", "sh", "-c", script, "nobody", ...command], { encoding: "utf8" });
}

const nowhere: ProcessGroup = { host: "elsewhere", pid: 2 ** 22, pidStart: "1", mark: "mark" };
const toldOf = (group: ProcessGroup) => asNobody(JSON.stringify(group)).stdout;

test("a command of another user is not taken for gone where the system hides it", async ({ skip }) => {
  if (toldOf(nowhere) !== '{"empty":true,"fate":"unknown"}') skip("needs root, and a kernel that hides processes");
  const { group, pids } = await leftProcesses();
  expect(JSON.parse(toldOf(group))).toEqual({ empty: false, fate: "unknown" });
  expect(runningOf(pids)).toHaveLength(2);
});
