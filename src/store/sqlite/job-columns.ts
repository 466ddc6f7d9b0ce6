import type { Renewal } from "../../model/decision/decision.ts";
import { extrasOf, type JobExtras } from "../../model/job/extras.ts";
import type { Failure } from "../../model/job/failure.ts";
import { isKnownFormat } from "../../model/job/format.ts";
import type { HistoryEntry } from "../../model/job/history.ts";
import { type Job, type JobStatus, type JobSummary, jobStatuses } from "../../model/job/job.ts";
import { type Effect, owedSince, type ParentRef } from "../../model/job/outward/effect.ts";
import type { Offer } from "../../model/job/outward/offer.ts";
import { defaultPriority } from "../../model/job/priority.ts";
import type { TaskExecution } from "../../model/job/task-execution.ts";
import type { JsonObject } from "../../model/json.ts";
import type { Commit, NewJob } from "../store.ts";
import type {
  CommitRow,
  EffectColumns,
  InsertRow,
  JobColumns,
  OrderColumns,
  RareColumns,
  RenewalColumns,
  StoredJob,
  SummaryColumns,
  TaskColumns,
} from "./protocol.ts";

// Jobs and changes as columns, and back. JSON is made and parsed here, once.

export function insertRow({ job, history, offers }: NewJob): InsertRow {
  const columns: JobColumns = [
    job.id,
    job.format,
    job.workflow.name,
    job.workflow.version,
    job.workflow.digest,
    job.status,
    job.run,
    jsonOrNull(job.error),
    job.version,
    job.fence,
    job.lease?.worker ?? null,
    job.lost,
    job.lostRecorded,
    job.readyAt ?? null,
    job.deadlineAt ?? null,
    job.createdAt,
    job.startedAt ?? null,
    job.finishedAt ?? null,
    job.bytes,
    job.bodyDigest ?? null,
    JSON.stringify(job.input),
  ];
  return {
    columns,
    tasks: job.tasks.map(taskColumns),
    history: historyColumn(history),
    ...rareColumns(job),
    ...offerColumns(offers),
    ...orderColumns(job),
  };
}

function rareColumns(job: Job): Pick<InsertRow, "rare"> {
  const extras = extrasOf(job);
  if (job.parent === undefined && job.effects === undefined && extras === undefined) return {};
  return { rare: [jsonOrNull(job.parent), ...effectColumns(job.effects ?? []), jsonOrNull(extras)] };
}

function effectColumns(effects: readonly Effect[]): EffectColumns {
  return effects.length === 0 ? [null, null] : [JSON.stringify(effects), owedSince(effects) ?? null];
}

function orderColumns({ priority, maxRunning }: Job): Pick<InsertRow, "order"> {
  if (priority === undefined && maxRunning === undefined) return {};
  return { order: [priority ?? defaultPriority, maxRunning ?? null] };
}

function orderOf([priority, maxRunning]: OrderColumns): Pick<Job, "priority" | "maxRunning"> {
  return { ...(priority !== defaultPriority && { priority }), ...(maxRunning !== null && { maxRunning }) };
}

export function commitRow({ expectedVersion, change }: Commit): CommitRow {
  return {
    id: change.jobId,
    expectedVersion,
    columns: [
      change.status,
      jsonOrNull(change.error),
      change.lost,
      change.lostRecorded,
      change.readyAt ?? null,
      change.deadlineAt ?? null,
      change.startedAt ?? null,
      change.finishedAt ?? null,
      change.bytes,
    ],
    keepLease: change.lease === "keep",
    ...(change.renewal !== undefined && { renewal: renewalColumns(change.renewal) }),
    ...(change.effects !== undefined && { effects: effectColumns(change.effects) }),
    ...(change.extras !== undefined && { extras: JSON.stringify(change.extras) }),
    ...offerColumns(change.offers),
    tasks: change.tasks.map(taskColumns),
    history: historyColumn(change.history),
  };
}

function offerColumns(offers: readonly Offer[] | undefined): Pick<CommitRow, "offers"> {
  return offers === undefined ? {} : { offers: offers.map(({ queue, at }) => [queue, at] as const) };
}

function renewalColumns({ run, fence, workflow, format }: Renewal): RenewalColumns {
  return [run, fence, workflow.version, workflow.digest, format ?? null];
}

export function jobOf({ columns, tasks, rare, order }: StoredJob): Job {
  const [bodyDigest, input] = [columns[19], columns[20]];
  return {
    ...summaryOf(columns),
    input: JSON.parse(input) as JsonObject,
    ...(bodyDigest !== null && { bodyDigest }),
    tasks: tasks.map((body) => JSON.parse(body) as TaskExecution),
    ...(rare !== undefined && rarePartsOf(rare)),
    ...(order !== undefined && orderOf(order)),
  };
}

function rarePartsOf([parent, effects, extras]: RareColumns): Pick<Job, "parent" | "effects" | keyof JobExtras> {
  return {
    ...(parent !== null && { parent: JSON.parse(parent) as ParentRef }),
    ...(effects !== null && { effects: JSON.parse(effects) as Effect[] }),
    ...(extras !== null && (JSON.parse(extras) as JobExtras)),
  };
}

export function summaryOf(columns: SummaryColumns | JobColumns): JobSummary {
  const [id, format, name, workflowVersion, digest, status, run, error, version, fence, owner, ...rest] = columns;
  const [lost, lostRecorded, readyAt, deadlineAt, createdAt, startedAt, finishedAt, bytes] = rest;
  if (!isKnownFormat(format))
    throw new Error(`Job ${id} has format ${format}, which this program does not know: install a newer release`);
  return {
    id,
    format,
    workflow: { name, version: workflowVersion, digest },
    status: statusOf(status),
    run,
    ...(error !== null && { error: JSON.parse(error) as Failure }),
    version,
    fence,
    ...(owner !== null && { lease: { worker: owner, fence } }),
    lost,
    lostRecorded,
    ...(readyAt !== null && { readyAt }),
    ...(deadlineAt !== null && { deadlineAt }),
    createdAt,
    ...(startedAt !== null && { startedAt }),
    ...(finishedAt !== null && { finishedAt }),
    bytes,
  };
}

function statusOf(text: string): JobStatus {
  const status = jobStatuses.find((known) => known === text);
  if (status === undefined) throw new Error(`Unknown job status in the store: ${text}`);
  return status;
}

function taskColumns(task: TaskExecution): TaskColumns {
  return [task.path, task.iteration, JSON.stringify(task)];
}

/** The entries of one version stand in one row. */
function historyColumn(entries: readonly HistoryEntry[]): string | null {
  return entries.length === 0 ? null : JSON.stringify(entries);
}

function jsonOrNull(value: Failure | ParentRef | JobExtras | undefined): string | null {
  return value === undefined ? null : JSON.stringify(value);
}
