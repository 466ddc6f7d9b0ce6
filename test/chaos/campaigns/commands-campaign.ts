import { type LockingCommand, lockingCommand } from "../../support/commands/locking-command.ts";
import { runningOf } from "../../support/commands/written-pids.ts";
import { eventually } from "../../support/eventually.ts";
import { tempFolder } from "../../support/temp-folder.ts";
import { listJobIds, showHistory } from "../../support/workflows-api.ts";
import { isDone } from "../checker/is-done.ts";
import { chainOf } from "../checker/steps.ts";
import { heal } from "../site/healing.ts";
import { atMost } from "../site/moment.ts";
import { peculiar } from "../site/preloads.ts";
import { randomFrom } from "../site/random.ts";
import { openSite, type Site } from "../site/site.ts";
import type { StoreKind } from "../site/site-store.ts";
import { Starter } from "../site/starter.ts";
import type { ChaosWorkflow } from "../site/workflows/chaos-workflow.ts";

export interface CommandsPlan {
  readonly root?: string;
  /** Default: SQLite. */
  readonly store?: StoreKind;
  /** Each worker believes to run on a machine of its own, and cannot see what the other left. */
  readonly machines?: true;
  readonly jobs: number;
  /** Of each kind in turn: a worker killed, a worker stopped beyond its lease, processes of commands killed. */
  readonly faults: number;
  readonly seed: number;
  /** How long the jobs may take to end after the last fault. */
  readonly healWithinMs: number;
}

export interface CommandsRun {
  readonly done: number;
  /** Of jobs that are not done when the time is over: why they failed, or "unfinished". */
  readonly notDone: readonly string[];
  /** Runs that were begun, and those that came to their end. */
  readonly begun: number;
  readonly ended: number;
  /** Runs that found another run of the same job, or what it had started, still there. */
  readonly overlaps: readonly string[];
  /** Jobs that are done although no run of them came to its end. */
  readonly unfounded: readonly string[];
  /** Processes of commands that run after the end. */
  readonly left: number;
  readonly faults: Readonly<Record<Fault, number>>;
}

type Fault = "worker killed" | "worker stopped" | "command killed";
const faultsInTurn: readonly Fault[] = ["worker killed", "command killed", "worker stopped"];
const workers = ["worker-a", "worker-b"] as const;
const leaseMs = 4000;
const heartbeatMs = 1000;

/** Longest wait for a moment that may not come. */
const patienceMs = 2500;

/** Harms two workers of one machine, and the commands that they run, while jobs run a command that must never run twice at once. */
export async function commandsCampaign(plan: CommandsPlan): Promise<CommandsRun> {
  const { root, store, machines, seed } = plan;
  await using folder = await tempFolder();
  const locking = await lockingCommand(folder.path, { seconds: 0.3, deaf: "*7" });
  await using site = await openSite({
    leaseMs,
    heartbeatMs,
    ...(root !== undefined && { root }),
    ...(store !== undefined && { store }),
    workflow: workflowOf(locking),
    receiver: { seed },
    config: { allowed_binaries: [locking.program], concurrency: 20, max_lost: 1000 },
  });
  try {
    await site.fleet.start("server", "server");
    const start = (host: string): Promise<void> =>
      site.fleet.start(host, "worker", () => ({ env: machines ? peculiar({ host }) : {}, clockAheadMs: 0 }));
    await Promise.all(workers.map(start));
    const starter = new Starter(() => site.fleet.url("server"), site.workflow);
    const faults = await harm(site, starter, locking, plan);
    await heal(site, "server", plan.healWithinMs);
    const run = await judge(site, starter, locking, faults);
    await site.fleet.end();
    return run;
  } finally {
    for (const pid of runningOf(locking.pids)) process.kill(pid, "SIGKILL");
  }
}

function workflowOf({ program }: LockingCommand): ChaosWorkflow {
  const task = {
    name: "run",
    type: "cli",
    retries: 255,
    retryDelaySeconds: 0.1,
    cli: { command: [program, "${workflow.input.marker}"], successCodes: [0] },
  };
  const definition = { name: "chaos", version: 1, inputParameters: ["marker"], tasks: [task] };
  return { name: "chaos", files: { "chaos.json": definition }, models: [], inputs: {}, steps: chainOf(["run"]) };
}

async function harm(
  site: Site,
  starter: Starter,
  locking: LockingCommand,
  { jobs, faults, seed }: CommandsPlan,
): Promise<CommandsRun["faults"]> {
  const random = randomFrom(seed);
  const done: Record<Fault, number> = { "worker killed": 0, "worker stopped": 0, "command killed": 0 };
  const starting: Promise<void>[] = [];
  for (let fault = 0; fault < faults; fault += 1) {
    const batch = Math.floor((jobs * (fault + 1)) / faults) - Math.floor((jobs * fault) / faults);
    const before = locking.lines().length;
    const share = random();
    starting.push(starter.start(batch));
    await atMost(
      patienceMs,
      () => locking.lines().length - before >= share * 2 * batch && runningOf(locking.pids).length > 0,
    );
    const kind = faultsInTurn[fault % faultsInTurn.length] ?? "worker killed";
    const worker = workers[Math.floor(random() * workers.length)] ?? "worker-a";
    await doHarm(kind, site, worker, locking, random);
    done[kind] += 1;
  }
  await Promise.all(starting);
  return done;
}

async function doHarm(
  fault: Fault,
  site: Site,
  worker: string,
  locking: LockingCommand,
  random: () => number,
): Promise<void> {
  switch (fault) {
    case "worker killed":
      return site.fleet.replace(worker);
    case "worker stopped": {
      const resume = site.fleet.stop(worker);
      await takenOver(locking);
      return resume();
    }
    case "command killed": {
      const running = runningOf(locking.pids);
      const pid = running[Math.floor(random() * running.length)];
      if (pid !== undefined) killOne(random() < 0.5 ? -pid : pid);
      return;
    }
    default:
      return fault satisfies never;
  }
}

/** Waits until the other worker has begun again what the stopped one had begun, which nobody does while its lease lasts; not for long, as it may have had nothing. */
async function takenOver(locking: LockingCommand): Promise<void> {
  const stoppedAtMs = performance.now();
  const begun = new Set(startsIn(locking.lines()));
  let underLease = 0;
  await atMost(leaseMs * 1.5, () => {
    const starts = startsIn(locking.lines());
    if (performance.now() - stoppedAtMs < leaseMs - heartbeatMs) underLease = starts.length; // retries of what was harmed before
    return starts.slice(underLease).some((start) => begun.has(start));
  });
}

function startsIn(lines: readonly string[]): string[] {
  return lines.filter((line) => line.startsWith("start "));
}

/** A process, or a group where the number is that of its leader below zero; it may have ended meanwhile. */
function killOne(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

async function judge(
  site: Site,
  starter: Starter,
  locking: LockingCommand,
  faults: CommandsRun["faults"],
): Promise<CommandsRun> {
  const url = site.fleet.url("server");
  const done = new Set(await listJobIds(url, "done"));
  const lines = locking.lines();
  const ended = new Set(lines.filter((line) => line.startsWith("end ")).map((line) => line.slice(4)));
  const notDone: string[] = [];
  for (const { acknowledged } of starter.starts.filter((start) => !isDone(start, done)))
    notDone.push(await reasonOf(url, acknowledged[0]));
  // What a job left when it was cancelled would be left for good: none was. What a failed one left may stay: a command and its grandchild.
  const goneButForFailed = (): boolean => runningOf(locking.pids).length <= 2 * notDone.length;
  await eventually("nothing else of the commands is left", goneButForFailed, { withinMs: 20_000 }).catch(
    () => undefined,
  );
  const left = runningOf(locking.pids);
  return {
    done: starter.starts.filter((start) => isDone(start, done)).length,
    notDone,
    begun: startsIn(lines).length,
    ended: lines.filter((line) => line.startsWith("end ")).length,
    overlaps: lines.filter((line) => line.startsWith("overlap ")),
    unfounded: starter.starts
      .filter((start) => isDone(start, done) && !ended.has(start.marker))
      .map(({ marker }) => marker),
    left: left.length,
    faults,
  };
}

async function reasonOf(url: string, id: string | undefined): Promise<string> {
  const history = id === undefined ? [] : await showHistory(url, id);
  return history.findLast(({ type }) => type === "job_failed")?.error?.code ?? "unfinished";
}
