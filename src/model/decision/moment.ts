import type { Secrets } from "../told/hider.ts";

/** Clock, chance and limits, handed to `decide` as values. */
export interface Moment {
  /** Epoch ms of the store's clock. */
  readonly nowMs: number;
  /** At least 0, under 1. */
  readonly random: number;
  readonly limits: Limits;
  /** Hidden in what the history tells; absent: what the definition names is. */
  readonly secrets?: Secrets;
}

/** Bounds of what a job may grow to. */
export interface Limits {
  readonly maxInputBytes: number;
  readonly maxResultBytes: number;
  readonly maxJobBytes: number;
  readonly maxTaskExecutions: number;
  /** Workers lost in a row with this job before it fails with `worker_lost`. */
  readonly maxLost: number;
}

export const defaultLimits: Limits = {
  maxInputBytes: 1024 * 1024,
  maxResultBytes: 1024 * 1024,
  maxJobBytes: 8 * 1024 * 1024,
  maxTaskExecutions: 1000,
  maxLost: 10,
};
