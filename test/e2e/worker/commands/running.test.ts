import { expect, test } from "vitest";
import { cancelJob } from "../../../../src/jobs/actions/cancel.ts";
import { pauseJob } from "../../../../src/jobs/actions/pause.ts";
import { restartJob } from "../../../../src/jobs/actions/restart.ts";
import { resumeJob } from "../../../../src/jobs/actions/resume.ts";
import type { ProcessGroup } from "../../../../src/model/job/process-group.ts";
import type { AttemptRunner } from "../../../../src/worker/attempt-runner.ts";
import { lockingCommand } from "../../../support/commands/locking-command.ts";
import { runningOf } from "../../../support/commands/written-pids.ts";
import { type Embedded, embedded } from "../../../support/embedded.ts";
import { eventually } from "../../../support/eventually.ts";
import { onTestFinished } from "../../../support/on-test-finished.ts";
import { tempFolder } from "../../../support/temp-folder.ts";
import { type Commands, commandsOf } from "../../../support/worker/commands.ts";
import {
  ended,
  expireWorker,
  historyTypes,
  onlyWorker,
  start,
  startWorker,
  until,
} from "../../../support/worker/site.ts";

const by = { by: "ada" };
const shell = "/bin/sh";

async function folderOfTest(): Promise<string> {
  const folder = await tempFolder();
  onTestFinished(() => folder[Symbol.asyncDispose]());
  return folder.path;
}

interface Scene {
  readonly deps: Embedded;
  readonly commands: Commands;
  readonly locking: Awaited<ReturnType<typeof lockingCommand>>;
}

/** A workflow whose only task runs the command that takes a lock. */
async function scene(task: { whenLost?: string; timeout?: number } = {}, killGraceMs?: number): Promise<Scene> {
  const locking = await lockingCommand(await folderOfTest());
  const commands = commandsOf([locking.program], killGraceMs);
  const deps = await embedded([commands.workflow({ ...task, cli: { command: [locking.program, "a"] } })]);
  onTestFinished(() => {
    for (const pid of runningOf(locking.pids)) process.kill(pid, "SIGKILL");
  });
  return { deps, commands, locking };
}

const bothRun = ({ locking }: Scene) =>
  eventually("command and grandchild run", () => runningOf(locking.pids).length === 2);

/** Where the command of the job runs, as the store knows it. */
async function storedGroup(deps: Embedded, id: string): Promise<ProcessGroup> {
  const job = await until(deps, id, ({ tasks }) => tasks[0]?.processGroups !== undefined);
  const [group] = job.tasks[0]?.processGroups ?? [];
  if (group === undefined) throw new Error("The store knows of no processes");
  return group;
}

test.concurrent("a command runs, and the next task reads what it said", async () => {
  const commands = commandsOf([shell]);
  const deps = await embedded([
    commands.workflow(
      { cli: { command: [shell, "-c", 'echo "{\\"id\\": \\"$1\\"}"', "say", "${workflow.input.who}"] } },
      { cli: { command: [shell, "-c", 'test "$1" = "a b"', "check", "${task0.json.id}"] } },
    ),
  ]);
  await startWorker(deps, commands.run);
  const id = await start(deps, "sample", { who: "a b" });
  const job = await ended(deps, id);
  expect(job).toMatchObject({ status: "completed" });
  expect(job.tasks[0]).not.toHaveProperty("processGroups");
  expect(await historyTypes(deps, id)).toEqual([
    "job_started",
    "attempt_started",
    "task_completed",
    "attempt_started",
    "task_completed",
    "job_completed",
  ]);
});

test.concurrent("the processes are in the store while they run, and nothing of them is left at the end", async () => {
  const here = await scene();
  await startWorker(here.deps, here.commands.run);
  const id = await start(here.deps);
  await bothRun(here);
  expect(runningOf(here.locking.pids)).toContain((await storedGroup(here.deps, id)).pid);
  await here.locking.letEnd();
  const job = await ended(here.deps, id);
  expect(job).toMatchObject({ status: "completed" });
  expect(job.tasks[0]).not.toHaveProperty("processGroups");
  expect(runningOf(here.locking.pids)).toEqual([]);
});

test.concurrent("a cancelled job's command ends with all that it started, and the store is told", async () => {
  const here = await scene();
  await startWorker(here.deps, here.commands.run);
  const id = await start(here.deps);
  await bothRun(here);
  await cancelJob(here.deps, id, by);
  const job = await until(here.deps, id, ({ tasks }) => tasks[0]?.processGroups === undefined);
  expect(job).toMatchObject({ status: "terminated", tasks: [{ status: "cancelled" }] });
  expect(runningOf(here.locking.pids)).toEqual([]);
});

test.concurrent("a job that is restarted at once does not run its command beside the one that is still being ended", async () => {
  const here = await scene();
  await startWorker(here.deps, here.commands.run);
  const id = await start(here.deps);
  await bothRun(here);
  await cancelJob(here.deps, id, by);
  await restartJob(here.deps, id, by);
  await eventually("it began again", () => here.locking.lines().length >= 2);
  await here.locking.letEnd();
  expect(await ended(here.deps, id)).toMatchObject({ status: "completed", run: 2 });
  expect(here.locking.lines()).toEqual(["start a", "start a", "end a"]);
});

test.concurrent("the task's own time-out ends the command and all that it started", async () => {
  const here = await scene({ timeout: 1 });
  await startWorker(here.deps, here.commands.run);
  const job = await ended(here.deps, await start(here.deps));
  expect(job).toMatchObject({ status: "failed", error: { code: "attempt_timeout" } });
  const signal = expect.stringMatching(/^SIG(TERM|KILL)$/) as string; // on a busy machine it may not have come so far as to listen to the first
  const kept = { request: { command: [here.locking.program, "a"] }, response: { body: "", signal } };
  expect(job.tasks).toMatchObject([{ result: kept }]);
  expect(runningOf(here.locking.pids)).toEqual([]);
});

test.concurrent("a worker that is stopped ends its commands, and the job goes on elsewhere", async () => {
  const here = await scene();
  const { worker } = await startWorker(here.deps, here.commands.run, { graceMs: 0 });
  const id = await start(here.deps);
  await bothRun(here);
  await worker.stop();
  expect(runningOf(here.locking.pids)).toEqual([]);
  expect((await until(here.deps, id, ({ lease }) => lease === undefined)).tasks[0]).not.toHaveProperty("processGroups");
  await here.locking.letEnd();
  await startWorker(here.deps, here.commands.run);
  expect(await ended(here.deps, id)).toMatchObject({ status: "completed", lost: 0 });
});

test.concurrent.each([
  ["retry", { status: "completed" }, ["start a", "start a", "end a"]],
  ["fail", { status: "failed", error: { code: "worker_lost" } }, ["start a"]],
])(
  "with whenLost: %s, a command whose worker was believed lost never runs beside its repetition",
  async (whenLost, end, lines) => {
    const here = await scene({ whenLost }, 2000); // the lost worker takes its time
    await startWorker(here.deps, here.commands.run, { heartbeatMs: 100 });
    const id = await start(here.deps);
    await bothRun(here);
    await expireWorker(here.deps, await onlyWorker(here.deps));
    if (whenLost === "retry") {
      await eventually("it began again", () => here.locking.lines().length === 2);
      await here.locking.letEnd();
    }
    expect(await ended(here.deps, id)).toMatchObject(end);
    expect(here.locking.lines()).toEqual(lines);
  },
);

test.concurrent("what is undone after a cancel does not run beside the command that is being ended", async () => {
  const locking = await lockingCommand(await folderOfTest()); // its grandchild does not listen to TERM
  const commands = commandsOf([shell, locking.program], 1000);
  const same = { command: [locking.program, "a"] };
  const reserve = { name: "reserve", cli: { command: [shell, "-c", ":"] }, undo: { type: "cli", cli: same } };
  const deps = await embedded([commands.workflow(reserve, { name: "work", cli: same })]);
  onTestFinished(() => {
    for (const pid of runningOf(locking.pids)) process.kill(pid, "SIGKILL");
  });
  await startWorker(deps, commands.run);
  const id = await start(deps);
  await eventually("command and grandchild run", () => runningOf(locking.pids).length === 2);
  await cancelJob(deps, id, by);
  await eventually("the undo runs", () => locking.lines().length === 2);
  await locking.letEnd();
  expect(await ended(deps, id)).toMatchObject({ status: "terminated" });
  expect(locking.lines()).toEqual(["start a", "start a", "end a"]);
});

test.concurrent("a command that runs at most once does not run when its job is paused before its processes are in the store, but after it is resumed", async () => {
  const here = await scene({ whenLost: "fail" });
  let pauses = 0;
  const attempts: AttemptRunner = (ask) => {
    const began: typeof ask.began = async (group) => {
      if (pauses++ === 0) await pauseJob(here.deps, ask.job.id, by);
      return ask.began(group);
    };
    return here.commands.run({ ...ask, began });
  };
  await startWorker(here.deps, attempts);
  await here.locking.letEnd();
  const id = await start(here.deps);
  const paused = await until(here.deps, id, ({ status, lease }) => status === "paused" && lease === undefined);
  expect(paused.tasks).toMatchObject([{ status: "scheduled", attempt: 1 }]);
  expect(here.locking.lines()).toEqual([]);
  await resumeJob(here.deps, id, by);
  expect(await ended(here.deps, id)).toMatchObject({ status: "completed" });
  expect(here.locking.lines()).toEqual(["start a", "end a"]);
});
