import type { JobId, WorkerId } from "../model/ids.ts";

/** A wake-up between processes. It may be lost, doubled or late; nothing but latency may depend on it. */
export type Hint =
  /** Jobs may be ready; of one workflow and of one topic, where they are named. */
  | { readonly kind: "ready"; readonly workflow?: string; readonly topic?: string }
  /** A job changed under its worker: cancelled, timed out, paused or resumed. */
  | { readonly kind: "revoked"; readonly jobId: JobId }
  /** The job's worker cannot see processes that others left of it: a worker of their machine can end them. */
  | { readonly kind: "left"; readonly jobId: JobId }
  /** A definition of that workflow was stored. */
  | { readonly kind: "defined"; readonly workflow: string }
  /** Anything may have changed (the bus knows no more). */
  | { readonly kind: "changed" }
  /** These jobs were stored with the lease of that worker, which lives in the process at the address `to`. */
  | { readonly kind: "assigned"; readonly to: string; readonly worker: WorkerId; readonly jobs: readonly JobId[] }
  /** So many more jobs that worker could take now, but of some workflows none: for those who start jobs. */
  | { readonly kind: "room"; readonly worker: WorkerId; readonly room: number; readonly but?: readonly string[] }
  /** The process at the address `at` watches these jobs for a while: whoever changes one tells it. */
  | { readonly kind: "watching"; readonly at: string; readonly jobs: readonly JobId[] }
  /** These jobs, which the process at the address `to` watches, were changed. */
  | { readonly kind: "progressed"; readonly to: string; readonly jobs: readonly JobId[] };

export interface Notifier {
  /** Where hints with `to` find this process: random per start. */
  readonly address: string;
  /** Hints of other processes arrive at present, as far as this side can tell: whoever polls as a net may poll less often. */
  readonly healthy: boolean;
  /** Never throws, never waits. */
  publish(hint: Hint): void;
  /** Answers a function that ends the subscription. */
  subscribe(listener: (hint: Hint) => void): () => void;
  close(): Promise<void>;
}
