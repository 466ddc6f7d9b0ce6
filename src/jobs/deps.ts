import type { Moment } from "../model/decision/moment.ts";
import type { JobId } from "../model/ids.ts";
import type { Job } from "../model/job/job.ts";
import type { Notifier } from "../notifier/notifier.ts";
import type { Store } from "../store/store.ts";
import type { Catalog } from "./catalog.ts";
import type { Placement } from "./placement/placement.ts";
import type { OwnChanges } from "./watch/own-changes.ts";

/** Does what jobs owe to other jobs. */
export interface Deliverer {
  /** The job as it was stored owes something new: it is done at once, beside whatever the caller does. Never throws. */
  owed(job: Job): void;
  /** Does all that a job owes. Rejects where it cannot be told what the job owes. */
  catchUp(id: JobId): Promise<void>;
}

export interface EphemeralSettings {
  /** They are kept like any other. */
  readonly keep: boolean;
  /** How long the key of a start is remembered, from the start on, where its job is removed. */
  readonly idempotencyWindowMs: number;
}

/** What the use cases work with. */
export interface Deps {
  readonly store: Store;
  readonly notifier: Notifier;
  readonly catalog: Catalog;
  /** Clock of the store, chance, limits. */
  moment(): Moment;
  /** Absent: other processes, or a later sweep, do what is owed. */
  readonly delivery?: Deliverer;
  /** What becomes of completed jobs of ephemeral workflows. */
  readonly ephemeral: EphemeralSettings;
  /** Told of what is stored of jobs, for those who watch them. */
  readonly changes?: OwnChanges;
  /** Where new jobs may go at once, if anywhere. */
  readonly placement?: Placement;
}
