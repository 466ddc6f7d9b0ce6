import type { Timestamp } from "mongodb";
import type { JobExtras } from "../../../model/job/extras.ts";
import type { Failure } from "../../../model/job/failure.ts";
import type { JobStatus } from "../../../model/job/job.ts";
import type { ParentRef } from "../../../model/job/outward/effect.ts";
import type { Offer } from "../../../model/job/outward/offer.ts";
import type { Label } from "../../../model/search/labels.ts";
import type { WaitingReason } from "../../../model/search/waiting.ts";
import type { Queue } from "./queues.ts";
import type { Text } from "./text.ts";

/** A job as it is stored: one document, so that one update is one atomic step. Times are epoch ms. */
export interface JobDocument {
  readonly _id: string;
  readonly format: number;
  readonly workflow: string;
  readonly workflowVersion: number;
  readonly digest: string;
  readonly status: JobStatus;
  /** `visibleStatus`, for lists. */
  readonly shown: JobStatus;
  readonly run: number;
  readonly error?: Failure;
  readonly version: number;
  readonly fence: number;
  /** The worker of the lease, whose fence is the job's. */
  readonly owner?: string;
  /** Present exactly while the job waits for a worker or a time: hot indexes hold the living alone. */
  readonly queue?: Queue;
  readonly lost: number;
  readonly lostRecorded: number;
  readonly readyAt?: number;
  readonly deadlineAt?: number;
  readonly createdAt: number;
  readonly startedAt?: number;
  readonly finishedAt?: number;
  readonly bytes: number;
  /** Present where it is not the usual one. */
  readonly priority?: number;
  readonly maxRunning?: number;
  readonly topic?: string;
  /** Absent where there are none. */
  readonly labels?: readonly Label[];
  /** As its last change noted it, also while a worker has it: its index holds those that have a `queue`. Absent when final, and in what earlier versions wrote last. */
  readonly waiting?: WaitingReason;
  /** When it was last changed, by the server's clock: a timestamp from its insert, which has seconds, a date from then on. Absent in what earlier versions wrote last. */
  readonly changedAt?: Timestamp | Date;
  readonly bodyDigest?: string;
  readonly parent?: ParentRef;
  /** What the job still wants done to others, and since when; both absent where there is nothing. */
  readonly effects?: Text;
  readonly owedSince?: number;
  readonly extras?: JobExtras;
  /** What the job offers to workers from outside; absent where there is nothing. */
  readonly offers?: readonly Offer[];
  readonly input: Text;
  /** By `executionKey`, in the order in which they were added. */
  readonly tasks: Readonly<Record<string, Text>>;
  /** One text for the entries of each version that has some. */
  readonly history: readonly string[];
  /** Tokens of its start, its last commit, its last claim: how an unknown outcome is resolved. */
  readonly start: string;
  readonly commit?: string;
  readonly claim?: string;
  /** Of a removed job, only this, `keyUntil`, `_id`, `start` and `bodyDigest` are left, until then; and `commit`, where that removed it. */
  readonly tombstoneUntil?: number;
  /** Of a tombstone: another start may have the id from then on; absent (written by earlier versions): when the tombstone is over. */
  readonly keyUntil?: number;
}
