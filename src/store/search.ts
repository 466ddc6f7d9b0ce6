import type { JobId } from "../model/ids.ts";
import type { HistoryEntry } from "../model/job/history.ts";
import type { JobStatus, JobSummary } from "../model/job/job.ts";
import type { Label } from "../model/search/labels.ts";
import type { WaitingReason } from "../model/search/waiting.ts";

/**
 * Looking at many jobs. Nothing here scans: each ask reads a bounded part of an index, however many jobs there are. Jobs of formats that this program does not know
 * are among them with what is known of them; those in a status that it does not know are left out.
 */
export interface JobSearch {
  /**
   * A keyset page of at most 200. Walks the index of the condition that leads and tries the others on what it finds; after `mostLookedAt` jobs it answers what it
   * has: a page may be short, or empty, and have a `next`.
   */
  find(query: JobQuery): Promise<JobPage>;
  /** How many jobs there are, kept beside the jobs and not counted for the ask. Rows of 0 are left out. */
  counts(ask: CountsAsk): Promise<JobCounts>;
  /**
   * Jobs that were stored or committed since a mark, each as it is now, in order. What was acknowledged before the ask and after the mark was given is among them;
   * a job may come again, never older than before. With `more` unset: there was no more. Without a mark: none, and the mark of now.
   */
  changed(ask: ChangedAsk): Promise<ChangedJobs>;
  /** Of at most 1,000 jobs, the versions of those that exist. */
  versions(ids: readonly JobId[]): Promise<ReadonlyMap<JobId, number>>;
  /** The history as it was written, one list a commit that told something: so many lists, from that one on (0 is the first); undefined where there is no such job. */
  steps(id: JobId, from: number, limit: number): Promise<HistoryEntry[][] | undefined>;
}

/** Jobs that a page looks at, at most. */
export const mostLookedAt = 1000;

/** A range of time, epoch ms: `from` belongs to it, `to` does not. */
export interface TimeRange {
  readonly from?: number;
  readonly to?: number;
}

/** What all of a job's fields have to fit. */
export interface JobFilter {
  /** As `visibleStatus` shows it. */
  readonly status?: readonly JobStatus[];
  readonly workflow?: string;
  readonly version?: number;
  /** The job has all of these. */
  readonly labels?: readonly Label[];
  /** For one of these, at `nowMs`: `waitingNow`. */
  readonly waiting?: readonly WaitingReason[];
  /** 1 to 24 hex digits. Lists are in the order of ids then, `oldest` is upwards, and `JobKey.at` is 0. */
  readonly idPrefix?: string;
  /** These very jobs, at most 10,001: as their ids are derived from a key. */
  readonly ids?: readonly JobId[];
  readonly created?: TimeRange;
  readonly started?: TimeRange;
  readonly finished?: TimeRange;
}

export interface JobQuery extends JobFilter {
  /** Absent: by `created`. By `finished` there are only jobs that have ended. */
  readonly by?: "created" | "finished";
  /** Absent: newest first. */
  readonly order?: "newest" | "oldest";
  /** The store's clock, epoch ms: for `waiting`. */
  readonly nowMs?: number;
  /** 1 to 200. */
  readonly limit: number;
  /** Exclusive: where the page before ended. */
  readonly after?: JobKey;
}

/** The place of a job in a list: its time, as the list is sorted by, and ids break ties. */
export interface JobKey {
  readonly at: number;
  readonly id: JobId;
}

export interface JobPage {
  readonly jobs: JobSummary[];
  /** Present where there may be more. */
  readonly next?: JobKey;
}

export interface CountsAsk {
  readonly workflow?: string;
}

export interface JobCounts {
  readonly counts: JobCount[];
  /** Some may be missing, or too many: a process ended, or lost the store, before it said what it had changed. The store has the jobs counted, which may take a while. */
  readonly isDoubtful?: true;
}

/** Of a workflow, in a status, and for what they wait; as noted, so that one whose time has come still stands under what it waited for. */
export interface JobCount {
  readonly workflow: string;
  /** As `visibleStatus` shows it. */
  readonly status: JobStatus;
  /** Absent where they have ended or a worker has them. */
  readonly waiting?: WaitingReason;
  readonly jobs: number;
}

/** Opaque; of one store. */
export type ChangeMark = string;

export interface ChangedAsk {
  readonly since?: ChangeMark;
  /** 1 to 1,000. */
  readonly limit: number;
}

export interface ChangedJobs {
  readonly jobs: readonly ChangedJob[];
  /** There may be more behind the mark at once, however few came. */
  readonly more?: true;
  /** Where to go on. */
  readonly mark: ChangeMark;
}

export interface ChangedJob {
  readonly job: JobSummary;
  readonly labels: readonly Label[];
  /** The mark under which to go on behind it. */
  readonly mark: ChangeMark;
}
