// Made from the API's OpenAPI document: `node checks/reference/client-types.ts --write` writes it anew, `npm run check -- client-types` compares.

import type { Failure } from "./job.ts";

export interface ExplainedAttempt {
  /** 1 for the first */
  readonly attempt: number;
  /** `due`: a worker may begin it, or has, because nothing is written when a call begins; `lost`: its worker was lost, and nobody knows what became of it; `late`: it ended when nobody waited for it any more */
  readonly outcome:
    | "waiting"
    | "due"
    | "running"
    | "succeeded"
    | "failed"
    | "skipped"
    | "cancelled"
    | "interrupted"
    | "lost"
    | "late";
  /** Why there is this attempt */
  readonly why: string;
  /** What was called before may have got the same call already */
  readonly calledAgain?: true;
  readonly start_time?: string;
  readonly end_time?: string;
  readonly durationMs?: number;
  readonly due_time?: string;
  /** Who made it: a worker, or a program outside */
  readonly worker?: string;
  /** What it asked, in short: up to 1 KiB, without secrets */
  readonly request?: string;
  /** How that was answered, in the same way */
  readonly answer?: string;
  /** Neither was kept */
  readonly untold?: true;
  readonly error?: Failure;
}

export interface Explanation {
  readonly id: string;
  readonly state: string;
  /** How it stands, in a few sentences */
  readonly summary: string;
  /** For what it waits; absent where a worker has it, or it has ended */
  readonly waiting?: {
    readonly reason: "worker" | "start" | "retry" | "time" | "worker_lost" | "event" | "job" | "external" | "paused";
    /** Why no worker has it although it is due */
    readonly cause?: "no_worker" | "not_taken" | "max_running" | "isolated" | "crowded" | "busy" | "next";
    /** When that ends by itself, if it does */
    readonly until?: string;
    readonly text: string;
  };
  /** Those of its run, in the order in which they were begun */
  readonly tasks: readonly {
    readonly name: string;
    readonly path: string;
    /** In a loop or over a list: the turn or item, from 0 on */
    readonly iteration: number;
    readonly type: string;
    readonly state: string;
    readonly attempts: readonly ExplainedAttempt[];
  }[];
  /** What people can do now, each with the command for it */
  readonly advice: readonly string[];
}
