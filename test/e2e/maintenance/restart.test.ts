import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { expireDeadNeighbours } from "../../../src/maintenance/neighbours.ts";
import { isGone, ownIdentity } from "../../../src/processes/identity.ts";
import { endWithUs, exitOf } from "../../support/child-processes.ts";
import { embedded } from "../../support/embedded.ts";
import { eventually } from "../../support/eventually.ts";
import { workerInfo } from "../../support/jobs.ts";
import { onTestFinished } from "../../support/on-test-finished.ts";
import { task, workflow } from "../../support/sample-workflow.ts";
import type { StorePlace } from "../../support/store/store-place.ts";
import { Attempts, success } from "../../support/worker/attempts.ts";
import { MemoryLog } from "../../support/worker/memory-log.ts";
import { ended, start, startWorker, workerIds } from "../../support/worker/site.ts";

const model = workflow(task("0"));
const program = fileURLToPath(new URL("./holder-program.ts", import.meta.url));

/** A process whose worker runs an attempt. */
async function holder(place: StorePlace): Promise<ChildProcess> {
  const child = spawn(process.execPath, [program, JSON.stringify(place)], { stdio: ["ignore", "pipe", "inherit"] });
  endWithUs(child);
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  await once(child.stdout, "data");
  return child;
}

test.concurrent("the jobs of a killed process go on at once, not after a lease", async () => {
  const deps = await embedded([model]);
  const id = await start(deps);
  const child = await holder(deps.place);
  const [dead] = await workerIds(deps);
  const exited = exitOf(child);
  child.kill("SIGKILL");
  await exited;
  const log = new MemoryLog();
  expect(await expireDeadNeighbours(deps.store.workers, ownIdentity(), Date.now(), log)).toBe(1);
  expect(log.lines).toMatchObject([{ fields: { worker: dead, lostPid: child.pid, jobs: 1 } }]);
  await startWorker(deps, new Attempts(() => success).run);
  expect(await ended(deps, id)).toMatchObject({ status: "completed", fence: 2 });
});

test.concurrent("the jobs of a process that lives, or that was stopped, are left alone", async () => {
  const deps = await embedded([model]);
  await start(deps);
  const child = await holder(deps.place);
  const log = new MemoryLog();
  expect(await expireDeadNeighbours(deps.store.workers, ownIdentity(), Date.now(), log)).toBe(0);
  child.kill("SIGSTOP");
  expect(await expireDeadNeighbours(deps.store.workers, ownIdentity(), Date.now(), log)).toBe(0);
  child.kill("SIGCONT");
  expect(await workerIds(deps)).toHaveLength(1);
});

test.concurrent("only what is certain counts: another host, or our own process, is not gone; a pid used again is", async () => {
  const own = ownIdentity();
  expect(isGone(own, own)).toBe(false);
  expect(isGone({ ...own, pidStart: "1" }, own)).toBe(true);
  const child = spawn(process.execPath, ["--version"], { stdio: "ignore" });
  await exitOf(child);
  const over = { ...own, pid: child.pid ?? 0, pidStart: "1" };
  expect(isGone(over, own)).toBe(true);
  expect(isGone({ ...over, host: "elsewhere" }, own)).toBe(false);
});

test.concurrent("a worker of another host is left to the rescue", async () => {
  const deps = await embedded([model]);
  await deps.store.workers.register(workerInfo("far", { host: "elsewhere", pid: 1, pidStart: "1" }));
  expect(await expireDeadNeighbours(deps.store.workers, ownIdentity(), Date.now(), new MemoryLog())).toBe(0);
  expect(await workerIds(deps)).toEqual(["far"]);
});

test.concurrent("a process whose worker has stopped ends by itself: no timer keeps it", async () => {
  const deps = await embedded([model]);
  const id = await start(deps);
  const child = await holder(deps.place);
  const exited = exitOf(child);
  child.kill("SIGTERM");
  let exit: Awaited<typeof exited> | undefined;
  void exited.then((how) => {
    exit = how;
  });
  await eventually("the process has ended", () => exit !== undefined);
  expect(exit).toEqual({ code: 0, signal: null });
  expect(await workerIds(deps)).toEqual([]);
  expect(await deps.store.jobs.get(id)).toMatchObject({ lost: 0, tasks: [{ status: "scheduled", attempt: 1 }] });
});
