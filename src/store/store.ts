import type { Change } from "../model/decision/decision.ts";
import type { JobId, WorkerId } from "../model/ids.ts";
import type { JobTooNew } from "../model/job/format.ts";
import type { HistoryEntry } from "../model/job/history.ts";
import type { Job } from "../model/job/job.ts";
import type { Offer } from "../model/job/outward/offer.ts";
import type { JsonValue } from "../model/json.ts";
import type { Takes } from "../model/takes.ts";
import type { Workflow } from "../model/workflow.ts";
import type { JobSearch } from "./search.ts";

/**
 * Where the truth is. Every answer to a write means: durable, would survive the machine's power cut.
 * A rejected promise (`StoreUnavailable`) means: unknown, and nothing kept in memory may be trusted.
 * `Overloaded` means: refused before it was queued.
 */
export interface Store {
  readonly jobs: JobStore;
  readonly search: JobSearch;
  readonly workers: WorkerStore;
  readonly definitions: DefinitionStore;
  readonly housekeeping: Housekeeping;
  close(): Promise<void>;
}

export interface JobStore {
  /** Stores new jobs, each on its own: an answer a member, in order. */
  insert(jobs: readonly NewJob[]): Promise<InsertAnswer[]>;
  /** Gives ready jobs to a worker, in turns over their workflows; exclusive; a fixed number of round trips whatever the batch. */
  claim(ask: ClaimAsk): Promise<ClaimAnswer>;
  /** Applies decisions, each atomic and on its own: an answer a member, in order. */
  commit(commits: readonly Commit[]): Promise<CommitAnswer[]>;
  /** Whole jobs that carry this worker's lease, at most 1,000: those asked for, as stored when they were read. */
  assigned(ask: AssignedAsk): Promise<Job[]>;
  /** Gives jobs back that the worker holds under these fences and has not changed; others are left alone. */
  release(worker: WorkerId, jobs: readonly ReleasedJob[]): Promise<void>;
  /** Throws job_too_new. One of which a part is gone says so: `Job.damage`. */
  get(id: JobId): Promise<Job | undefined>;
  /** All entries of a job in order; undefined where there is no such job. */
  history(id: JobId): Promise<HistoryEntry[] | undefined>;
  /** Ids of jobs that are not final and whose overall time-out has come, leased or not. As below, without those of a format that this program does not know. */
  overdue(nowMs: number, limit: number): Promise<JobId[]>;
  /** Ids of jobs, ended or not, with an effect that was decided before that time, the longest owed first. */
  owing(beforeMs: number, limit: number): Promise<JobId[]>;
  /** Ids of jobs that offer work of that queue by then, the longest offered first. */
  offered(queue: string, nowMs: number, limit: number): Promise<JobId[]>;
}

/** A job as decided at its start. With `lease` set (fence 1) it belongs to that worker from the first moment, if that worker lives; else it is stored without. */
export interface NewJob {
  readonly job: Job;
  readonly history: readonly HistoryEntry[];
  /** What it offers to workers from outside from the beginning. */
  readonly offers?: readonly Offer[];
}

export type InsertAnswer =
  /** `leased` tells whether the lease asked for was given. */
  | { readonly kind: "inserted"; readonly leased: boolean }
  /** The id is taken, by a job or by the tombstone of a pruned one. `bodyDigest` is that of the first start. */
  | { readonly kind: "exists"; readonly bodyDigest: string | undefined }
  | { readonly kind: "refused"; readonly reason: string };

export interface ClaimAsk {
  readonly worker: WorkerId;
  /** At least 1, at most 1,000. */
  readonly limit: number;
  readonly nowMs: number;
  /** Jobs that it does not take are as if they were not there; absent: it takes all. */
  readonly takes?: Takes;
  /** `healthy`: jobs that lost fewer than 2 workers in a row; `suspect`: a group of the others that may share a worker (`suspectGroup`). */
  readonly of: "healthy" | "suspect";
  /** How many jobs of these workflows, 0 or more; absent ones: as many as there is room for at all. For `healthy` only. */
  readonly room?: ReadonlyMap<string, number>;
}

/** `only`: of these, as a hint names them. `except`: any but these, which the worker knows of. */
export type AssignedAsk =
  | { readonly worker: WorkerId; readonly only: readonly JobId[] }
  | { readonly worker: WorkerId; readonly except: readonly JobId[] };

export type ClaimAnswer =
  /** Whole jobs with the new lease and fence. Fewer than `limit` means: nothing more was ready that may be given. */
  | {
      readonly kind: "claimed";
      readonly jobs: Job[];
      /** Ready suspects are waiting for a worker of their own. */
      readonly suspectsReady: boolean;
      /** Workflows of which more was ready than was given: there was no room for more, or none for theirs. Absent: the claim did not look at all. */
      readonly left?: readonly string[];
      /** Those of `left` that have as many jobs with workers as their definitions allow. */
      readonly capped?: readonly string[];
      /** When the next parked job becomes ready, where the adapter knows it without looking at every job. */
      readonly nextReadyAt?: number;
    }
  /** This incarnation was expired: forget everything, register anew. */
  | { readonly kind: "expired" };

export interface Commit {
  readonly expectedVersion: number;
  /** The job as it is at that version, where the caller has it: what counts jobs need not look. */
  readonly was?: Job;
  readonly change: Change;
}

export type CommitAnswer =
  | { readonly kind: "committed"; readonly version: number }
  /** Somebody else changed the job: decide again on this one. */
  | { readonly kind: "conflict"; readonly current: Job }
  /** The same, and only a newer program can read what it is now. */
  | { readonly kind: "too_new"; readonly error: JobTooNew }
  /** Can never be stored (too large, unserialisable). Nothing was changed. */
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "gone" };

export interface HeldJob {
  readonly id: JobId;
  readonly fence: number;
}

export interface ReleasedJob extends HeldJob {
  /** Ready no sooner than that; what is to be done then stays as it is. */
  readonly notBefore?: number;
}

export interface WorkerStore {
  /** Adds the row of a new incarnation, with beat 1. */
  register(info: WorkerInfo): Promise<void>;
  /** One heartbeat. `held` is what the worker believes to hold. */
  beat(beat: Beat): Promise<BeatAnswer>;
  list(): Promise<WorkerRow[]>;
  /** How many jobs carry the lease of each worker that has any. Takes as long as there are such jobs, however many others: the fleet has so many slots. */
  holding(): Promise<ReadonlyMap<WorkerId, number>>;
  /**
   * Ends an incarnation, if its beat is still the given one: its jobs lose their lease, count one `lost` more
   * and become ready by back-off (`lostDelay`), unless they are paused. Answers how many jobs, or undefined where the beat was another.
   */
  expire(worker: WorkerId, beat: number, nowMs: number): Promise<number | undefined>;
  /**
   * Ends the caller's own incarnation after the store failed it: the row goes, its jobs lose their lease and are ready as they were.
   * Nothing is counted, because no worker died.
   */
  surrender(worker: WorkerId): Promise<void>;
}

export interface WorkerInfo {
  readonly id: WorkerId;
  /** Name of host, boot and process-id space: only where they are equal may `pid` be looked up. */
  readonly host: string;
  readonly pid: number;
  /** Start of that process as its system tells it, so that a reused pid is recognised. */
  readonly pidStart: string;
  readonly concurrency: number;
  /** Where hints find its process (`Notifier.address`). */
  readonly address: string;
  /** How long this worker believes in its lease without an acknowledged beat: nobody may expire it earlier, whatever its own setting. */
  readonly leaseMs: number;
  /** Which jobs may be given to it; absent where a program registered it that knows no topics (`takesByDefault`). */
  readonly takes?: Takes;
  readonly startedAt: number;
}

export interface WorkerRow extends WorkerInfo {
  readonly beat: number;
  /** How many more jobs it could take at that beat; at first, `concurrency`. */
  readonly room: number;
  /** Its end has begun, or jobs carry its lease although its row is gone: `expire` with this row's beat finishes it, now. */
  readonly ended?: true;
}

export interface Beat {
  readonly worker: WorkerId;
  readonly beat: number;
  readonly room: number;
  readonly held: readonly SeenJob[];
}

/** A job that a worker believes to hold, at the version that it has of it. */
export interface SeenJob extends HeldJob {
  readonly version: number;
}

export type BeatAnswer =
  | {
      readonly kind: "alive";
      /** The store's clock, epoch ms. */
      readonly nowMs: number;
      /** Of `held`: those that are not this worker's (any more): cancelled, timed out, lost. */
      readonly gone: JobId[];
      /** Of `held`: those that are the worker's still, at another version: others changed them, and no hint may have told it. */
      readonly changed: JobId[];
    }
  | { readonly kind: "expired" };

export interface DefinitionStore {
  /**
   * Keeps a definition for ever, unless there is one of its name and version, whatever it says. Of several at once one is kept. Answers whether this one was.
   * Throws invalid_definition where it is too large for any store.
   */
  add(definition: StoredDefinition): Promise<boolean>;
  /** The same for each of many, without an answer. Throws as `add`. */
  put(definitions: readonly StoredDefinition[]): Promise<void>;
  get(digest: string): Promise<Workflow | undefined>;
  /** That version of a workflow; of two digests, which programs of earlier versions could store, the one stored last. */
  version(name: string, version: number): Promise<Workflow | undefined>;
  /** The newest version of that workflow; of one version with two digests, the one stored last. */
  newest(name: string): Promise<Workflow | undefined>;
  /** The newest version of each workflow, as `newest` tells it. */
  latest(): Promise<Workflow[]>;
  /** The same as documents, by name. */
  documents(): Promise<DefinitionDocument[]>;
  /** The versions of a workflow, newest first, at most 1,000; of one with two digests, the one stored last. Empty where there is no such workflow. */
  versions(name: string): Promise<DefinitionVersion[]>;
  /** That version as it was read, as `version` tells it. */
  document(name: string, version: number): Promise<DefinitionDocument | undefined>;
  /** How many versions there are of each workflow. Takes as long as there are versions. */
  versionCounts(): Promise<ReadonlyMap<string, number>>;
  /** A number that becomes another when a definition is stored. Of two that are stored at the same moment it may tell only one. */
  mark(): Promise<number>;
}

export interface DefinitionDocument {
  readonly name: string;
  readonly version: number;
  /** As it was read. */
  readonly source: JsonValue;
}

export interface DefinitionVersion {
  readonly version: number;
  readonly digest: string;
}

export interface StoredDefinition {
  readonly workflow: Workflow;
  /** The document as it was read. */
  readonly source: JsonValue;
}

export interface Housekeeping {
  /** Removes final jobs that ended before `finishedBeforeMs` and owe no effect, at most `limit`; keyed ones leave a tombstone until `createdAt + idempotencyWindowMs`. Answers how many. */
  prune(ask: { finishedBeforeMs: number; idempotencyWindowMs: number; nowMs: number; limit: number }): Promise<number>;
  /** Removes tombstones whose time is over, at most `limit`. Answers how many. */
  forgetKeys(nowMs: number, limit: number): Promise<number>;
  /** Removes one job as `prune` does, whenever it ended, if it is final, owes no effect and has that version. Answers false where it is not so, or gone. */
  remove(ask: { id: JobId; expectedVersion: number; idempotencyWindowMs: number; nowMs: number }): Promise<boolean>;
  health(nowMs: number): Promise<StoreHealth>;
  /** Ready jobs without a worker that none of `takers` takes, a row for each workflow and topic, at most `limit` rows. */
  untaken(ask: UntakenAsk): Promise<UntakenJobs[]>;
  /** The store's clock, epoch ms. */
  clock(): Promise<number>;
}

export interface StoreHealth {
  /** False after a batch failed, until one succeeds. */
  readonly writable: boolean;
  /** Since when the longest-ready job without a worker has been ready; undefined where there is none. */
  readonly waitingSince: number | undefined;
  readonly liveWorkers: number;
}

export interface UntakenAsk {
  readonly takers: readonly Takes[];
  readonly nowMs: number;
  readonly limit: number;
}

export interface UntakenJobs {
  readonly workflow: string;
  readonly topic: string;
  /** Since when the longest-ready of them has been ready. */
  readonly since: number;
}
