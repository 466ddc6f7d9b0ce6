import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { applyEvent } from "../../../../src/jobs/apply.ts";
import type { ProcessGroup } from "../../../../src/model/job/process-group.ts";
import { leftProcesses } from "../../../support/commands/left-processes.ts";
import { lockingCommand } from "../../../support/commands/locking-command.ts";
import { runningOf } from "../../../support/commands/written-pids.ts";
import { type Embedded, embedded } from "../../../support/embedded.ts";
import { eventually } from "../../../support/eventually.ts";
import { workerInfo } from "../../../support/jobs.ts";
import { onTestFinished } from "../../../support/on-test-finished.ts";
import { claimed } from "../../../support/store/fresh-store.ts";
import { tempFolder } from "../../../support/temp-folder.ts";
import { commandsOf } from "../../../support/worker/commands.ts";
import {
  ended,
  expireWorker,
  historyTypes,
  onlyWorker,
  start,
  startWorker,
  until,
} from "../../../support/worker/site.ts";

const far: ProcessGroup = { host: "elsewhere/boot/pids", pid: 100, pidStart: "5", mark: "mark" };
const commands = commandsOf(["/bin/echo"]);

/** A job whose command a worker of another machine had started when it was lost. */
async function lostElsewhere(group = far): Promise<{ deps: Embedded; id: string }> {
  const deps = await embedded([commands.workflow({ cli: { command: ["/bin/echo", "again"] } })]);
  const id = await start(deps);
  await deps.store.workers.register(workerInfo("far"));
  const [job] = await claimed(deps.store, { worker: "far", limit: 1, of: "healthy", nowMs: deps.moment().nowMs });
  const about = { path: "0", iteration: 0, attempt: 1, worker: "far", fence: job?.fence ?? 0 };
  await applyEvent(deps, id, { kind: "attempt_started", ...about, group });
  await expireWorker(deps, "far");
  return { deps, id };
}

test.concurrent("a command that may run on another machine is not run beside it: the task fails", async () => {
  const { deps, id } = await lostElsewhere();
  const { log } = await startWorker(deps, commands.run, { patience: { newsMs: 100 } });
  expect(await ended(deps, id)).toMatchObject({
    status: "failed",
    error: { code: "worker_lost", message: expect.stringContaining("nobody can tell") as string },
    tasks: [{ status: "failed", attempt: 1 }],
  });
  expect(log.messages("warn")).toContain("processes of an earlier attempt may live where this worker cannot see them");
  await applyEvent(deps, id, { kind: "retry", by: "ada" });
  expect(await ended(deps, id)).toMatchObject({ status: "completed" });
  expect(await historyTypes(deps, id)).toContain("task_failed");
});

test.concurrent("it is run again as soon as that machine says that it ended", async () => {
  const { deps, id } = await lostElsewhere();
  await startWorker(deps, commands.run);
  await applyEvent(deps, id, { kind: "process_group_ended", group: far });
  expect(await ended(deps, id)).toMatchObject({ status: "completed", tasks: [{ status: "completed", attempt: 1 }] });
});

test.concurrent("a worker that lost a job by mistake ends its command and says so, whoever has the job now", async () => {
  const folder = await tempFolder();
  onTestFinished(() => folder[Symbol.asyncDispose]());
  const locking = await lockingCommand(folder.path);
  const own = commandsOf([locking.program], 1000);
  const deps = await embedded([own.workflow({ cli: { command: [locking.program, "a"] } })]);
  await startWorker(deps, own.run, { heartbeatMs: 100, seesNoProcesses: true });
  const id = await start(deps);
  await eventually("command and grandchild run", () => runningOf(locking.pids).length === 2);
  await expireWorker(deps, await onlyWorker(deps));
  await eventually("it began again", () => locking.lines().length === 2);
  await locking.letEnd();
  expect(await ended(deps, id)).toMatchObject({ status: "completed" });
  expect(locking.lines()).toEqual(["start a", "start a", "end a"]);
});

test.concurrent.each([
  ["another worker", { concurrency: 1 }],
  ["the same one", { concurrency: 2 }],
])("the command of a worker that lost a job by mistake may clean up, when %s has the job now", async (_, more) => {
  const folder = await tempFolder();
  onTestFinished(() => folder[Symbol.asyncDispose]());
  const said = join(folder.path, "said");
  const lines = (): string[] => (existsSync(said) ? readFileSync(said, "utf8").split("\n").filter(Boolean) : []);
  const script = `[ -e "$1" ] && exit; trap 'sleep 1; echo cleaned >>"$1"; exit' TERM; echo began >>"$1"; while :; do sleep 0.05; done`;
  const own = commandsOf(["/bin/sh"], 10_000);
  const deps = await embedded([own.workflow({ cli: { command: ["/bin/sh", "-c", script, "script", said] } })]);
  await startWorker(deps, own.run, { ...more, heartbeatMs: 100 });
  const id = await start(deps);
  await eventually("the command runs", () => lines().length === 1);
  const first = await onlyWorker(deps);
  if (more.concurrency === 1) await startWorker(deps, own.run, { seesNoProcesses: true });
  await expireWorker(deps, first);
  expect(await ended(deps, id)).toMatchObject({ status: "completed" });
  expect(lines()).toEqual(["began", "cleaned"]);
});

test.concurrent("a worker of the machine where a command was left ends it for the one that has the job", async () => {
  const { group, pids } = await leftProcesses();
  const { deps, id } = await lostElsewhere(group);
  const { log } = await startWorker(deps, commands.run, { seesNoProcesses: true });
  await until(deps, id, ({ lease }) => lease !== undefined);
  expect(runningOf(pids)).toHaveLength(2);
  await startWorker(deps, commands.run);
  expect(await ended(deps, id)).toMatchObject({ status: "completed" });
  expect(runningOf(pids)).toEqual([]);
  expect(log.messages("warn")).toEqual([]);
});
