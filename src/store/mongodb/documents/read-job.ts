import type { JobId } from "../../../model/ids.ts";
import { isKnownFormat } from "../../../model/job/format.ts";
import type { Job, JobSummary } from "../../../model/job/job.ts";
import type { Effect } from "../../../model/job/outward/effect.ts";
import type { TaskExecution } from "../../../model/job/task-execution.ts";
import type { JsonObject } from "../../../model/json.ts";
import { defaultTopic, topicFor } from "../../../model/takes.ts";
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

/** Jobs of our format, with their long texts. One whose text is gone is being pruned, and left out. */
export async function readJobs(collections: Collections, documents: readonly JobDocument[]): Promise<Job[]> {
  const texts = await readPayloads(collections, documents.flatMap(payloadIds));
  return documents.flatMap((document) => {
    const job = jobOf(document, texts);
    return job === undefined ? [] : [job];
  });
}

/** A job as the server has it. Decoded when it has answered: what cannot be decoded is no failure of the server. */
type Undecoded = () => Job | undefined;

/** One job of ours; undefined for tombstones and for documents of the original. */
export async function findJob(collections: Collections, id: JobId): Promise<Undecoded | undefined> {
  const document = await collections.jobs.findOne({ _id: id }, { projection: wholeJob });
  if (document === null || !isOurs(document)) return undefined;
  const texts = isKnownFormat(document.format)
    ? await readPayloads(collections, payloadIds(document))
    : new Map<string, string>();
  return () => jobOf(document, texts);
}

/** The original keeps its jobs in a collection of the same name, without a format. */
export function isOurs(document: Pick<JobDocument, "format">): boolean {
  return typeof document.format === "number";
}

function payloadIds({ input, tasks, effects }: JobDocument): string[] {
  const texts = [input, ...Object.values(tasks), ...(effects === undefined ? [] : [effects])];
  return texts.flatMap((text) => (typeof text === "string" ? [] : [text.payload]));
}

function jobOf(document: JobDocument, texts: ReadonlyMap<string, string>): Job | undefined {
  const summary = summaryOf(document);
  const read = (text: Text): string | undefined => (typeof text === "string" ? text : texts.get(text.payload));
  const input = read(document.input);
  const tasks = Object.values(document.tasks).map(read);
  const effects = document.effects === undefined ? "[]" : read(document.effects);
  if (input === undefined || effects === undefined || tasks.includes(undefined)) return undefined;
  return {
    ...summary,
    input: JSON.parse(input) as JsonObject,
    ...(document.bodyDigest !== undefined && { bodyDigest: document.bodyDigest }),
    ...(document.priority !== undefined && { priority: document.priority }),
    ...(document.maxRunning !== undefined && { maxRunning: document.maxRunning }),
    ...topicFor({ topic: document.topic ?? defaultTopic }),
    tasks: tasks.map((text) => JSON.parse(text ?? "") as TaskExecution),
    ...(document.parent !== undefined && { parent: document.parent }),
    ...(document.effects !== undefined && { effects: JSON.parse(effects) as Effect[] }),
    ...document.extras,
    ...(document.labels !== undefined && { labels: document.labels }),
  };
}

export function summaryOf(document: JobDocument): JobSummary {
  const { _id: id, format, owner, fence } = document;
  if (!isKnownFormat(format))
    throw new Error(`Job ${id} has format ${format}, which this program does not know: install a newer release`);
  return {
    id,
    format,
    workflow: { name: document.workflow, version: document.workflowVersion, digest: document.digest },
    status: document.status,
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
    ...(document.waiting !== undefined && { waiting: document.waiting }),
  };
}
