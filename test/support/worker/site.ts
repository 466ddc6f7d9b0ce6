import { expect } from "vitest";
import { startJob } from "../../../src/jobs/start.ts";
import type { JobId } from "../../../src/model/ids.ts";
import type { HistoryType } from "../../../src/model/job/history.ts";
import { isFinal, type Job } from "../../../src/model/job/job.ts";
import type { JsonObject } from "../../../src/model/json.ts";
import { ownIdentity } from "../../../src/processes/identity.ts";
import { endLeftGroup } from "../../../src/processes/left-group.ts";
import type { AttemptRunner } from "../../../src/worker/attempt-runner.ts";
import type { Patience } from "../../../src/worker/patience.ts";
import type { WorkerSettings } from "../../../src/worker/settings.ts";
import { Worker } from "../../../src/worker/worker.ts";
import type { Embedded } from "../embedded.ts";
import { eventually } from "../eventually.ts";
import { onTestFinished } from "../on-test-finished.ts";
import { stored } from "../store/fresh-store.ts";
import { MemoryLog } from "./memory-log.ts";

/** Long leases: nothing expires unless a test wants it. */
const settings: WorkerSettings = {
  concurrency: 10,
  takes: {},
  leaseMs: 600_000,
  heartbeatMs: 200_000,
  pollMs: 50,
  graceMs: 10_000,
};

/** Characters of a job that is not as wanted. */
const mostShown = 5000;

export interface StartedWorker {
  readonly worker: Worker;
  readonly log: MemoryLog;
}

/** A worker that runs until the test is over; what it logs as an error fails the test, unless it is expected. */
export async function startWorker(
  deps: Embedded,
  run: AttemptRunner,
  more: Partial<WorkerSettings> & { errorsExpected?: true; seesNoProcesses?: true; patience?: Partial<Patience> } = {},
): Promise<StartedWorker> {
  const log = new MemoryLog();
  const worker = new Worker({
    deps,
    settings: { ...settings, ...more },
    identity: ownIdentity(),
    run,
    log,
    endLeftGroup: (group) => (more.seesNoProcesses ? Promise.resolve("unknown") : endLeftGroup(group, false)),
    clock: () => undefined,
    patience: more.patience ?? {},
  });
  await worker.begin();
  onTestFinished(async () => {
    await worker.stop();
    if (more.errorsExpected === undefined) expect(log.lines.filter(({ level }) => level === "error")).toEqual([]);
  });
  return { worker, log };
}

/** Ids of the workers that the store knows. */
export async function workerIds(deps: Embedded): Promise<string[]> {
  return (await deps.store.workers.list()).map(({ id }) => id);
}

/** The one worker that the store knows, as soon as it is another than `former`. */
export function onlyWorker(deps: Embedded, former?: string): Promise<string> {
  return eventually("one worker is registered", async () => {
    const [id, ...others] = await workerIds(deps);
    return others.length === 0 && id !== former && id;
  });
}

/** What a rescuer does to a silent worker, done to one that may beat meanwhile. Answers how many jobs it lost; undefined where it is gone already. */
export function expireWorker(deps: Embedded, id: string): Promise<number | undefined> {
  return eventually("the worker is expired between two beats", async () => {
    const row = (await deps.store.workers.list()).find((worker) => worker.id === id);
    if (row === undefined) return { jobs: undefined };
    const jobs = await deps.store.workers.expire(id, row.beat, deps.moment().nowMs);
    return jobs === undefined ? undefined : { jobs };
  }).then(({ jobs }) => jobs);
}

export async function start(deps: Embedded, workflow = "sample", input: JsonObject = {}): Promise<JobId> {
  return (await startJob(deps, { workflow, input })).id;
}

/** The job, when it is over. */
export function ended(deps: Embedded, id: JobId): Promise<Job> {
  return until(deps, id, (job) => isFinal(job.status));
}

export async function allEnded(deps: Embedded, ids: readonly JobId[]): Promise<Job[]> {
  const jobs: Job[] = [];
  for (const id of ids) jobs.push(await ended(deps, id));
  return jobs;
}

/** The job, when it is as wanted. */
export function until(deps: Embedded, id: JobId, wanted: (job: Job) => boolean): Promise<Job> {
  let last: Job | undefined;
  return eventually("a job is as wanted", async () => {
    last = await stored(deps.store, id);
    if (wanted(last)) return last;
    throw new Error(JSON.stringify(last).slice(0, mostShown));
  });
}

export async function historyTypes(deps: Embedded, id: JobId): Promise<HistoryType[]> {
  return ((await deps.store.jobs.history(id)) ?? []).map(({ type }) => type);
}
