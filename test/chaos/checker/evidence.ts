import type { Steps } from "./steps.ts";

/** What a chaos run leaves behind, and all that the checker goes by. Times are monotonic ms unless they say otherwise. */
export interface Evidence {
  readonly steps: Steps;
  readonly starts: readonly Start[];
  readonly calls: readonly Call[];
  readonly incarnations: readonly Incarnation[];
  /** Times in which the store took no writes because of what was done to it. */
  readonly outages: readonly Interval[];
  readonly jobs: readonly FinalJob[];
  readonly settings: Settings;
}

export interface Settings {
  readonly leaseMs: number;
  readonly heartbeatMs: number;
  /** How far two readings of one clock in two processes may be apart. */
  readonly clockSlackMs: number;
  /** From the sending of a call to its receipt, at most. */
  readonly receiveWithinMs: number;
  /** From an answer to its durable commit, at most. */
  readonly commitWithinMs: number;
  /** From the end of a stop, or of an outage of the store, to the worker's knowledge that it lost its lease, at most. */
  readonly settleMs: number;
}

export const usualSettings: Settings = {
  leaseMs: 15_000,
  heartbeatMs: 5_000,
  clockSlackMs: 50,
  receiveWithinMs: 5_000,
  commitWithinMs: 5_000,
  settleMs: 3_000,
};

/** A start as the client saw it. The marker is an input that comes back in the path of each call. */
export interface Start {
  readonly marker: string;
  readonly idempotencyKey: string;
  /** The ids of all the answers that acknowledged it. */
  readonly acknowledged: readonly string[];
}

export interface Call {
  /** Of the receiver's log. */
  readonly line: number;
  readonly marker: string;
  readonly task: string;
  readonly idempotencyKey: string;
  /** Name of the process that called. */
  readonly incarnation: string;
  readonly receivedAtMs: number;
  readonly receivedWallMs: number;
  readonly answeredAtMs?: number;
  readonly status: number;
}

/** One process of a worker, from its start to its end. */
export interface Incarnation {
  readonly name: string;
  readonly killed?: Interval;
  readonly stops: readonly Interval[];
  /** When it gave up its lease, and its jobs with it, by its own log. */
  readonly gaveUpAtMs: readonly number[];
}

export interface Interval {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface FinalJob {
  readonly id: string;
  readonly marker: string;
  /** Of the job that started it. */
  readonly parent?: string;
  readonly status: "pending" | "processing" | "done" | "failed";
  readonly history: readonly Transition[];
}

export interface Transition {
  readonly atWallMs: number;
  readonly type: string;
  readonly task?: string;
  readonly attempt?: number;
  readonly worker?: string;
  readonly fence?: number;
  readonly error?: string;
}

export type Invariant = "log" | "I1" | "I2" | "I3" | "I4" | "I5" | "I6";

export interface Violation {
  readonly invariant: Invariant;
  /** What is wrong, with what shows it. */
  readonly message: string;
}
