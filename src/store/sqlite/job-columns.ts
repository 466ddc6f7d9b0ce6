import type { Change, Renewal } from "../../model/decision/decision.ts";
import { extrasOf, type JobExtras } from "../../model/job/extras.ts";
import type { Failure } from "../../model/job/failure.ts";
import { isKnownFormat, JobTooNew } from "../../model/job/format.ts";
import type { HistoryEntry } from "../../model/job/history.ts";
import type { Job, JobSummary } from "../../model/job/job.ts";
import { type Effect, owedSince, type ParentRef } from "../../model/job/outward/effect.ts";
import type { Offer } from "../../model/job/outward/offer.ts";
import { defaultPriority } from "../../model/job/priority.ts";
import type { TaskExecution } from "../../model/job/task-execution.ts";
import type { JsonObject } from "../../model/json.ts";
import type { Label } from "../../model/search/labels.ts";
import { defaultTopic, topicFor } from "../../model/takes.ts";
import { knownReason, knownStatus } from "../known-values.ts";
import type { Commit, NewJob } from "../store.ts";
import { StoredParts } from "../stored-parts.ts";
import type {
  CommitRow,
  EffectColumns,
  FoundColumns,
  InsertRow,
  JobColumns,
  OrderColumns,
  RareColumns,
  RenewalColumns,
  StoredColumns,
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
    job.waiting ?? null,
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
    ...(job.labels !== undefined && job.labels.length > 0 && { labels: job.labels }),
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

function orderColumns({ priority, maxRunning, topic }: Job): Pick<InsertRow, "order"> {
  if (priority === undefined && maxRunning === undefined && topic === undefined) return {};
  return { order: [priority ?? defaultPriority, maxRunning ?? null, topic ?? defaultTopic] };
}

function orderOf([priority, maxRunning, topic]: OrderColumns): Pick<Job, "priority" | "maxRunning" | "topic"> {
  return {
    ...(priority !== defaultPriority && { priority }),
    ...(maxRunning !== null && { maxRunning }),
    ...topicFor({ topic }),
  };
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
      change.waiting ?? null,
    ],
    keepLease: change.lease === "keep",
    ...(change.renewal !== undefined && { renewal: renewalColumns(change.renewal) }),
    ...(change.effects !== undefined && { effects: effectColumns(change.effects) }),
    ...(change.extras !== undefined && { extras: JSON.stringify(change.extras) }),
    ...offerColumns(change.offers),
    ...(change.labels !== undefined && { labels: change.labels }),
    ...partColumns(change),
  };
}

/** Of a job that goes nothing is written. */
function partColumns({ removal, tasks, history }: Change): Pick<CommitRow, "removal" | "tasks" | "history"> {
  if (removal !== undefined) return { removal: { keyUntil: removal.keyUntil ?? null }, tasks: [], history: null };
  return { tasks: tasks.map(taskColumns), history: historyColumn(history) };
}

function offerColumns(offers: readonly Offer[] | undefined): Pick<CommitRow, "offers"> {
  return offers === undefined ? {} : { offers: offers.map(({ queue, at }) => [queue, at] as const) };
}

function renewalColumns({ run, fence, workflow, format, topic }: Renewal): RenewalColumns {
  return [run, fence, workflow.version, workflow.digest, format ?? null, topic ?? null];
}

/** Throws job_too_new. */
export function jobOf({ columns, tasks, rare, order, labels }: StoredJob): Job {
  const [id, format, status, bodyDigest, input] = [columns[0], columns[1], columns[5], columns[20], columns[21]];
  const summary = summaryOf(columns);
  if (!isKnownFormat(format) || summary === undefined) throw new JobTooNew(id, { format, status });
  const parts = new StoredParts();
  parts.countTasks(tasks.length, summary);
  return {
    ...summary,
    format,
    input: parts.read<JsonObject>(input, "its input") ?? {},
    ...(bodyDigest !== null && { bodyDigest }),
    tasks: tasks.flatMap((body) => parts.read<TaskExecution>(body, "one or more of its tasks") ?? []),
    ...(rare !== undefined && rarePartsOf(rare)),
    ...(order !== undefined && orderOf(order)),
    ...(labels !== undefined && { labels: JSON.parse(labels) as Label[] }),
    ...parts.damage,
  };
}

function rarePartsOf([parent, effects, extras]: RareColumns): Pick<Job, "parent" | "effects" | keyof JobExtras> {
  return {
    ...(parent !== null && { parent: JSON.parse(parent) as ParentRef }),
    ...(effects !== null && { effects: JSON.parse(effects) as Effect[] }),
    ...(extras !== null && (JSON.parse(extras) as JobExtras)),
  };
}

/** Undefined for a job in a status that only newer programs know. */
export function summaryOf(columns: SummaryColumns | FoundColumns | StoredColumns): JobSummary | undefined {
  const [id, format, name, workflowVersion, digest, stored, run, error, version, fence, owner, ...rest] = columns;
  const [lost, lostRecorded, readyAt, deadlineAt, createdAt, startedAt, finishedAt, bytes, waiting] = rest;
  const status = knownStatus(stored);
  if (status === undefined) return undefined;
  return {
    id,
    format,
    workflow: { name, version: workflowVersion, digest },
    status,
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
    ...knownReason(waiting),
  };
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
