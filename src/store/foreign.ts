import type { Job } from "../model/job/job.ts";
import type { JsonValue } from "../model/json.ts";

/** The database of another program, as far as ours can be filled from it. Nothing in it is ever written. */
export interface ForeignDatabase {
  /** For people: hosts and database; never a user or a password. */
  readonly shown: string;
  /** About how many jobs there are, unfinished ones included. */
  countJobs(): Promise<number>;
  /** All jobs, in an order that stays the same, a few in memory at a time. Rejects with `StartError` (3) where the database fails. */
  jobs(): AsyncIterable<ForeignJob>;
  definitions(): AsyncIterable<ForeignDefinition>;
  close(): Promise<void>;
}

export type ForeignJob =
  /** As ours, in whatever state it was left; what may not be seen is taken out of its results. */
  | { readonly kind: "job"; readonly job: Job }
  | { readonly kind: "unreadable"; readonly id: string; readonly reason: string };

export interface ForeignDefinition {
  /** For people: where it stands. */
  readonly place: string;
  /** As a file of its dialect would have it. */
  readonly source: JsonValue;
}
