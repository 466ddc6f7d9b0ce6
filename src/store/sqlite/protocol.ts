import type { CountsAsk, JobKey, JobQuery } from "../search.ts";
import type {
  AssignedAsk,
  Beat,
  ClaimAnswer,
  ClaimAsk,
  DefinitionVersion,
  ReleasedJob,
  UntakenAsk,
  UntakenJobs,
  WorkerInfo,
  WorkerRow,
} from "../store.ts";

// What crosses between the main thread and the store's: plain data. JSON is made and parsed on the main side, once.

/** In the order of `summaryColumns`. */
export type SummaryColumns = readonly [
  id: string,
  format: number,
  workflow: string,
  workflowVersion: number,
  digest: string,
  status: string,
  run: number,
  error: string | null,
  version: number,
  fence: number,
  owner: string | null,
  lost: number,
  lostRecorded: number,
  readyAt: number | null,
  deadlineAt: number | null,
  createdAt: number,
  startedAt: number | null,
  finishedAt: number | null,
  bytes: number,
  waiting: string | null,
];

export const summaryColumns = `id, format, workflow, workflow_version, digest, status, run, error, version, fence, owner,
  lost, lost_told, ready_at, deadline_at, created_at, started_at, finished_at, bytes, waiting`;

/** What lists read, and try conditions on. `labels` is JSON. */
export type FoundColumns = readonly [...SummaryColumns, labels: string | null];

export type JobColumns = readonly [...SummaryColumns, bodyDigest: string | null, input: string];

/** As it is read; the input is null where the store has lost it. */
export type StoredColumns = readonly [...SummaryColumns, bodyDigest: string | null, input: string | null];

/** What says when a job is claimed, beside its time. */
export type OrderColumns = readonly [priority: number, maxRunning: number | null, topic: string];

/** One task execution: its key within the run, and all of it as JSON. */
export type TaskColumns = readonly [path: string, iteration: number, body: string];

/** What few jobs have, each as JSON. */
export type RareColumns = readonly [parent: string | null, effects: string | null, extras: string | null];

export interface StoredJob {
  readonly columns: StoredColumns;
  /** In the order in which they were added. */
  readonly tasks: readonly string[];
  /** Absent where the job has nothing of it. */
  readonly rare?: RareColumns;
  /** Absent where it is as usual. */
  readonly order?: OrderColumns;
  /** JSON; absent where the job has none. */
  readonly labels?: string;
}

/** Null where a job owes nothing (any more). */
export type EffectColumns = readonly [effects: string | null, owedSince: number | null];

export type OfferColumns = readonly [queue: string, at: number];

export interface InsertRow {
  readonly columns: JobColumns;
  readonly tasks: readonly TaskColumns[];
  readonly history: string | null;
  /** Absent where the job has nothing of it. */
  readonly rare?: readonly [parent: string | null, ...EffectColumns, extras: string | null];
  readonly offers?: readonly OfferColumns[];
  /** Absent where it is as usual. */
  readonly order?: OrderColumns;
  readonly labels?: readonly string[];
}

/** What a commit sets, in the order of the statement. */
export type ChangeColumns = readonly [
  status: string,
  error: string | null,
  lost: number,
  lostRecorded: number,
  readyAt: number | null,
  deadlineAt: number | null,
  startedAt: number | null,
  finishedAt: number | null,
  bytes: number,
  waiting: string | null,
];

/** What a retry or a restart sets beside. */
export type RenewalColumns = readonly [
  run: number,
  fence: number,
  workflowVersion: number,
  digest: string,
  format: number | null,
  /** Null: as it was. */
  topic: string | null,
];

export interface CommitRow {
  readonly id: string;
  readonly expectedVersion: number;
  readonly columns: ChangeColumns;
  readonly keepLease: boolean;
  readonly renewal?: RenewalColumns;
  /** Absent: as they were. */
  readonly effects?: EffectColumns;
  /** Merged into what the job has. */
  readonly extras?: string;
  /** Instead of what the job offered; absent: as it was. */
  readonly offers?: readonly OfferColumns[];
  /** Instead of what the job had; absent: as they were. */
  readonly labels?: readonly string[];
  /** The job goes; its key is remembered until then, or it had none. */
  readonly removal?: { readonly keyUntil: number | null };
  readonly tasks: readonly TaskColumns[];
  readonly history: string | null;
}

export interface Refused {
  readonly refused: string;
}

export type InsertResult = { readonly leased: boolean } | { readonly exists: string | null } | Refused;
/** A number is the new version. */
export type CommitResult = number | "gone" | StoredJob | Refused;
export type ClaimResult =
  | (Omit<Extract<ClaimAnswer, { kind: "claimed" }>, "kind" | "jobs"> & { readonly jobs: readonly StoredJob[] })
  | "expired";
export type DefinitionRow = readonly [digest: string, name: string, version: number, model: string, source: string];
/** Of the newest version of a workflow. */
export type SourceColumns = readonly [name: string, version: number, source: string];

/** Each kind of write: what is asked and what is answered. */
export interface Writes {
  insert: { ask: readonly InsertRow[]; answer: readonly InsertResult[] };
  commit: { ask: readonly CommitRow[]; answer: readonly CommitResult[] };
  claim: { ask: ClaimAsk; answer: ClaimResult };
  release: { ask: { readonly worker: string; readonly jobs: readonly ReleasedJob[] }; answer: null };
  register: { ask: WorkerInfo; answer: null };
  /** Answers the ids that are gone, and those whose version is another. */
  beat: { ask: Beat; answer: { readonly gone: string[]; readonly changed: string[] } | "expired" };
  expire: { ask: { readonly worker: string; readonly beat: number; readonly nowMs: number }; answer: number | null };
  surrender: { ask: string; answer: null };
  define: { ask: readonly DefinitionRow[]; answer: null };
  /** Answers whether there was none of that name and version. */
  defineNew: { ask: DefinitionRow; answer: boolean };
  prune: { ask: PruneAsk; answer: number };
  forget: { ask: ForgetAsk; answer: number };
  remove: { ask: RemoveAsk; answer: boolean };
  /** Writes something, to see whether that works. */
  probe: { ask: null; answer: null };
}

export interface PruneAsk {
  readonly finishedBeforeMs: number;
  readonly idempotencyWindowMs: number;
  readonly nowMs: number;
  readonly limit: number;
}

export interface ForgetAsk {
  readonly nowMs: number;
  readonly limit: number;
}

export interface RemoveAsk {
  readonly id: string;
  readonly expectedVersion: number;
  readonly idempotencyWindowMs: number;
  readonly nowMs: number;
}

export interface OfferedAsk {
  readonly queue: string;
  readonly nowMs: number;
  readonly limit: number;
}

export interface FoundPage {
  readonly rows: readonly FoundColumns[];
  /** Null where there is nothing more. */
  readonly next: JobKey | null;
}

/** `waiting` is empty where a job waits for nothing. */
export type CountColumns = readonly [workflow: string, status: string, waiting: string, jobs: number];

/** The number of a batch, and of the rows that it wrote one; null: the last of all. */
export type Mark = readonly [batch: number, seq: number | null];

export interface ChangedSince {
  /** Null: the mark of now is all that is asked. */
  readonly since: Mark | null;
  readonly limit: number;
}

export interface ChangedRows {
  readonly rows: readonly (readonly [batch: number, seq: number, ...FoundColumns])[];
  readonly mark: Mark;
}

export interface Reads {
  job: { ask: string; answer: StoredJob | null };
  assigned: { ask: AssignedAsk; answer: readonly StoredJob[] };
  find: { ask: JobQuery & { readonly nowMs: number }; answer: FoundPage };
  counts: { ask: CountsAsk; answer: readonly CountColumns[] };
  changed: { ask: ChangedSince; answer: ChangedRows };
  versions: { ask: readonly string[]; answer: readonly (readonly [id: string, version: number])[] };
  /** Those of the versions that told something, without the first `from`; so many, or with -1 all. */
  history: {
    ask: { readonly id: string; readonly from: number; readonly limit: number };
    answer: readonly string[] | null;
  };
  overdue: { ask: { readonly nowMs: number; readonly limit: number }; answer: readonly string[] };
  owing: { ask: { readonly beforeMs: number; readonly limit: number }; answer: readonly string[] };
  offered: { ask: OfferedAsk; answer: readonly string[] };
  workers: { ask: null; answer: readonly WorkerRow[] };
  holding: { ask: null; answer: readonly (readonly [worker: string, jobs: number])[] };
  definition: { ask: string; answer: string | null };
  definitionVersion: { ask: { readonly name: string; readonly version: number }; answer: string | null };
  newestDefinition: { ask: string; answer: string | null };
  definitions: { ask: null; answer: readonly string[] };
  definitionSources: { ask: null; answer: readonly SourceColumns[] };
  definitionMark: { ask: null; answer: number };
  definitionVersions: { ask: string; answer: readonly DefinitionVersion[] };
  definitionSource: { ask: { readonly name: string; readonly version: number }; answer: string | null };
  definitionVersionCounts: { ask: null; answer: readonly (readonly [name: string, versions: number])[] };
  health: { ask: number; answer: { readonly waitingSince: number | null; readonly liveWorkers: number } };
  untaken: { ask: UntakenAsk; answer: readonly UntakenJobs[] };
  dataVersion: { ask: null; answer: number };
}

export type WriteKind = keyof Writes;
export type ReadKind = keyof Reads;
export type Write = { [K in WriteKind]: { readonly kind: K; readonly ask: Writes[K]["ask"] } }[WriteKind];
export type Read = { [K in ReadKind]: { readonly kind: K; readonly ask: Reads[K]["ask"] } }[ReadKind];

/** The answer to one of a batch, or why it alone failed. */
export type Result = { readonly answer: unknown } | { readonly failed: string };

export type Request =
  | { readonly kind: "write"; readonly id: number; readonly asks: readonly Write[] }
  | { readonly kind: "read"; readonly id: number; readonly asks: readonly Read[] }
  | { readonly kind: "close" };

export type Response =
  | { readonly kind: "opened" }
  /** `start`: the message is made for people. */
  | {
      readonly kind: "not_opened";
      readonly start: boolean;
      readonly resultCode: number | undefined;
      readonly message: string;
    }
  | { readonly kind: "done"; readonly id: number; readonly results: readonly Result[] }
  /** Nothing of the batch was done, or nobody knows. */
  | { readonly kind: "failed"; readonly id: number; readonly message: string };

export interface ThreadData {
  readonly path: string;
  readonly migrate: boolean;
}
