import type { JobId } from "../../../model/ids.ts";
import { isKnownFormat, JobTooNew } from "../../../model/job/format.ts";
import type { Job, JobSummary } from "../../../model/job/job.ts";
import type { Effect } from "../../../model/job/outward/effect.ts";
import type { TaskExecution } from "../../../model/job/task-execution.ts";
import type { JsonObject } from "../../../model/json.ts";
import { defaultTopic, topicFor } from "../../../model/takes.ts";
import { knownReason, knownStatus } from "../../known-values.ts";
import { StoredParts } from "../../stored-parts.ts";
import type { Collections } from "../collections.ts";
import { readPayloads } from "./payloads.ts";
import type { JobDocument } from "./stored-job.ts";
import type { Text } from "./text.ts";

/** What a whole job is made of; its history is read apart. */
export const wholeJob = { offers: 0, history: 0, start: 0, commit: 0, claim: 0, changedAt: 0 } as const;

/** What a list shows. */
export const summaryOnly = {
  ...wholeJob,
  input: 0,
  tasks: 0,
  bodyDigest: 0,
  parent: 0,
  effects: 0,
  owedSince: 0,
  extras: 0,
  labels: 0,
} as const;

/**
 * Jobs whose format this program knows, with their long texts. A text may be gone because the job is: then it is left out. One that changed meanwhile is
 * read again, as it is now; one that is as it was has lost the text for good, and says so.
 */
export async function readJobs(collections: Collections, documents: readonly JobDocument[]): Promise<Job[]> {
  const known = documents.filter(isReadable);
  const texts = await readPayloads(collections, known.flatMap(payloadIds));
  const lacking = known.filter((document) => payloadIds(document).some((id) => !texts.has(id)));
  const changed = new Map(lacking.length === 0 ? [] : await changedSince(collections, lacking));
  return known.flatMap((document) => {
    if (changed.has(document._id)) return changed.get(document._id) ?? [];
    return jobOf(document, texts);
  });
}

/** Of these, those that are not as they were any more: as they are now, or undefined where they are gone. */
async function changedSince(
  collections: Collections,
  documents: readonly JobDocument[],
): Promise<[JobId, Job | undefined][]> {
  const ids = documents.map(({ _id }) => _id);
  const found = await collections.jobs.find({ _id: { $in: ids } }, { projection: wholeJob }).toArray();
  const versions = new Map(documents.map(({ _id, version }) => [_id, version]));
  const now = found.filter(isOurs);
  const same = new Set(now.filter(({ _id, version }) => versions.get(_id) === version).map(({ _id }) => _id));
  const jobs = await readJobs(
    collections,
    now.filter(({ _id }) => !same.has(_id)),
  );
  const byId = new Map(jobs.map((job) => [job.id, job]));
  return ids.filter((id) => !same.has(id)).map((id) => [id, byId.get(id)]);
}

/** One job of ours, or that it is none for this program; undefined for tombstones and for documents of the original. */
export async function findJob(collections: Collections, id: JobId): Promise<Job | JobTooNew | undefined> {
  const document = await collections.jobs.findOne({ _id: id }, { projection: wholeJob });
  if (document === null || !isOurs(document)) return undefined;
  if (!isReadable(document)) return new JobTooNew(id, document);
  const [job] = await readJobs(collections, [document]);
  return job;
}

/** Not for newer programs alone. */
export function isReadable({ format, status }: Pick<JobDocument, "format" | "status">): boolean {
  return isKnownFormat(format) && knownStatus(status) !== undefined;
}

/** The original keeps its jobs in a collection of the same name, without a format. */
export function isOurs(document: Pick<JobDocument, "format">): boolean {
  return typeof document.format === "number";
}

function payloadIds({ input, tasks, effects }: JobDocument): string[] {
  const texts = [input, ...Object.values(tasks), ...(effects === undefined ? [] : [effects])];
  return texts.flatMap((text) => (typeof text === "string" ? [] : [text.payload]));
}

/** None of one that is not readable. */
function jobOf(document: JobDocument, texts: ReadonlyMap<string, string>): Job[] {
  const { format } = document;
  const summary = summaryOf(document);
  if (!isKnownFormat(format) || summary === undefined) return [];
  const parts = new StoredParts();
  const read = <Part>(text: Text, what: string): Part | undefined =>
    parts.read(typeof text === "string" ? text : texts.get(text.payload), what);
  const tasks = Object.entries(document.tasks).flatMap(
    ([key, text]) => read<TaskExecution>(text, `its task ${key}`) ?? [],
  );
  parts.countTasks(Object.keys(document.tasks).length, summary);
  return [
    {
      ...summary,
      format,
      input: read<JsonObject>(document.input, "its input") ?? {},
      ...(document.bodyDigest !== undefined && { bodyDigest: document.bodyDigest }),
      ...(document.priority !== undefined && { priority: document.priority }),
      ...(document.maxRunning !== undefined && { maxRunning: document.maxRunning }),
      ...topicFor({ topic: document.topic ?? defaultTopic }),
      tasks,
      ...(document.parent !== undefined && { parent: document.parent }),
      ...(document.effects !== undefined && {
        effects: read<Effect[]>(document.effects, "what it owes to other jobs") ?? inPlaceOfLost(document),
      }),
      ...document.extras,
      ...(document.labels !== undefined && { labels: document.labels }),
      ...parts.damage,
    },
  ];
}

/** Its parent may be among those who wait for what is gone, and hears of the job's end, again perhaps: with that acknowledged the job owes nothing, and can be removed. */
function inPlaceOfLost({ owedSince, createdAt }: JobDocument): Effect[] {
  return [{ kind: "tell_parent", id: 0, at: owedSince ?? createdAt }];
}

/** Undefined for a job in a status that only newer programs know. */
export function summaryOf(document: JobDocument): JobSummary | undefined {
  const { _id: id, format, owner, fence } = document;
  const status = knownStatus(document.status);
  if (status === undefined) return undefined;
  return {
    id,
    format,
    workflow: { name: document.workflow, version: document.workflowVersion, digest: document.digest },
    status,
    run: document.run,
    ...(document.error !== undefined && { error: document.error }),
    version: document.version,
    fence,
    ...(owner !== undefined && { lease: { worker: owner, fence } }),
    lost: document.lost,
    lostRecorded: document.lostRecorded,
    ...(document.readyAt !== undefined && { readyAt: document.readyAt }),
    ...(document.deadlineAt !== undefined && { deadlineAt: document.deadlineAt }),
    createdAt: document.createdAt,
    ...(document.startedAt !== undefined && { startedAt: document.startedAt }),
    ...(document.finishedAt !== undefined && { finishedAt: document.finishedAt }),
    bytes: document.bytes,
    ...knownReason(document.waiting),
  };
}
