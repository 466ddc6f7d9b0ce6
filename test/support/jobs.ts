import { createHash } from "node:crypto";
import type { Change } from "../../src/model/decision/decision.ts";
import type { HistoryEntry } from "../../src/model/job/history.ts";
import type { Job } from "../../src/model/job/job.ts";
import type { CancelJob, Effect } from "../../src/model/job/outward/effect.ts";
import type { TaskExecution } from "../../src/model/job/task-execution.ts";
import type { Workflow } from "../../src/model/workflow.ts";
import type { Commit, NewJob, WorkerInfo } from "../../src/store/store.ts";

/** Epoch ms at which the jobs of tests are created. */
export const testTime = 1_700_000_000_000;

/** The id of a job that a test calls by a short name. */
export function jobIdOf(name: string): string {
  return createHash("sha256").update(name).digest("hex").slice(0, 24);
}

/** A job as it is decided at its start: pending, its only task scheduled, ready at once. */
export function pendingJob(name: string, more: Partial<Job> = {}): NewJob {
  const at = more.createdAt ?? testTime;
  const job: Job = {
    id: jobIdOf(name),
    format: 1,
    workflow: { name: "greet", version: 1, digest: "d".repeat(64) },
    status: "pending",
    run: 1,
    input: { name },
    tasks: [task("0", { scheduledAt: at, readyAt: at })],
    version: 1,
    fence: 0,
    lost: 0,
    lostRecorded: 0,
    readyAt: at,
    createdAt: at,
    bytes: 20,
    ...more,
  };
  return { job, history: [entry("job_started", { at }), entry("attempt_started", { at, path: "0" })] };
}

/** The same, belonging to a worker from the first moment. */
export function leasedJob(name: string, worker: string, more: Partial<Job> = {}): NewJob {
  return pendingJob(name, { fence: 1, lease: { worker, fence: 1 }, ...more });
}

/** A pending job of the given workflow. */
export function jobOfWorkflow(workflow: string, name: string, more: Partial<Job> = {}): NewJob {
  return pendingJob(name, { workflow: { name: workflow, version: 1, digest: "d".repeat(64) }, ...more });
}

/** A job that completed as soon as it was created. */
export function completedJob(name: string, more: Partial<Job> = {}): NewJob {
  const at = more.createdAt ?? testTime;
  const started = pendingJob(name, { status: "completed", startedAt: at, finishedAt: at, ...more });
  const { readyAt: _readyAt, ...job } = started.job;
  return { job: { ...job, tasks: [task("0", { status: "completed", finishedAt: at })] }, history: started.history };
}

/** A scheduled execution of a task. */
export function task(path: string, more: Partial<TaskExecution> = {}): TaskExecution {
  return {
    path,
    iteration: 0,
    name: `task ${path}`,
    type: "http",
    status: "scheduled",
    attempt: 1,
    scheduledAt: testTime,
    ...more,
  };
}

/** Something that a job owes to another, decided when the jobs of tests are created. */
export function effect(id: number, more: Partial<CancelJob> = {}): Effect {
  return { kind: "cancel_job", id, at: testTime, job: jobIdOf("other"), by: "ada", ...more };
}

export function entry(type: HistoryEntry["type"], more: Partial<HistoryEntry> = {}): HistoryEntry {
  return { at: testTime, type, run: 1, ...more };
}

/** A commit against the job as given: it goes on running, its lease kept, nothing else changed. */
export function changeOf(job: Job, more: Partial<Change> = {}): Commit {
  const change: Change = {
    kind: "change",
    jobId: job.id,
    status: "running",
    ...(job.error !== undefined && { error: job.error }),
    tasks: [],
    ...(job.readyAt !== undefined && { readyAt: job.readyAt }),
    ...(job.deadlineAt !== undefined && { deadlineAt: job.deadlineAt }),
    startedAt: job.startedAt ?? testTime,
    lost: job.lost,
    lostRecorded: job.lostRecorded,
    bytes: job.bytes,
    lease: "keep",
    history: [],
    ...more,
  };
  return { expectedVersion: job.version, change };
}

/** A commit that ends the job with the result of its only task. */
export function completionOf(job: Job, more: Partial<Change> = {}): Commit {
  const { change, expectedVersion } = changeOf(job, {
    status: "completed",
    tasks: [task("0", { status: "completed", finishedAt: testTime, result: { response: { statusCode: 200 } } })],
    finishedAt: testTime,
    lost: 0,
    lease: "release",
    history: [entry("task_completed", { path: "0", attempt: 1 }), entry("job_completed")],
    ...more,
  });
  const { readyAt: _readyAt, ...ended } = change;
  return { expectedVersion, change: ended };
}

/** What a new incarnation of a worker registers. */
export function workerInfo(id: string, more: Partial<WorkerInfo> = {}): WorkerInfo {
  return {
    id,
    host: "host/boot/pids",
    pid: 1,
    pidStart: "0",
    concurrency: 100,
    address: "address",
    leaseMs: 15_000,
    startedAt: testTime,
    ...more,
  };
}

/** A compiled definition with one task. */
export function workflowOf(name: string, version = 1, digest = `${name}-${version}`): Workflow {
  return {
    name,
    version,
    digest,
    description: "",
    inputParameters: [],
    optionalParameters: [],
    secretParameters: [],
    topic: "default",
    ephemeral: false,
    root: { kind: "sequence", children: [] },
  };
}
