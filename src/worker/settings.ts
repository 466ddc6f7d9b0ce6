import type { Takes } from "../model/takes.ts";

/** How a worker behaves; durations in milliseconds. */
export interface WorkerSettings {
  /** Attempts that run at once. */
  readonly concurrency: number;
  /** Attempts that call one target at once; undefined: as many as there may be. */
  readonly maxCallsPerTarget?: number | undefined;
  /** Which jobs it runs. */
  readonly takes: Takes;
  /** How long a silent worker keeps its jobs. */
  readonly leaseMs: number;
  readonly heartbeatMs: number;
  /** How often the store is asked for jobs when no hint comes. */
  readonly pollMs: number;
  /** How long running attempts may go on after SIGTERM. */
  readonly graceMs: number;
}
