/**
 * For what a job waits that no worker holds. The first five end by themselves at the job's `readyAt`; once that is past, the job waits for a worker.
 * `worker`: it is due. `start`: its start asked for a later time. `retry`: for its next attempt. `time`: its definition says so. `worker_lost`: longer,
 * because workers were lost with it. `event`: from outside. `job`: another one, that it started. `external`: a program outside. `paused`: people.
 */
export type WaitingReason =
  | "worker"
  | "start"
  | "retry"
  | "time"
  | "worker_lost"
  | "event"
  | "job"
  | "external"
  | "paused";

export const waitingReasons = [
  "worker",
  "start",
  "retry",
  "time",
  "worker_lost",
  "event",
  "job",
  "external",
  "paused",
] as const satisfies readonly WaitingReason[];

/** Those that end by themselves: they become `worker` when the job's time has come. */
export const timed: readonly WaitingReason[] = ["worker", "start", "retry", "time", "worker_lost"];

/** What is noted of jobs that may be waiting for one of these now: those whose time has come wait for a worker. */
export function notedFor(reasons: readonly WaitingReason[]): WaitingReason[] {
  return [...new Set(reasons.includes("worker") ? [...reasons, ...timed] : reasons)];
}

/** What is noted tells all about these, whatever time it is. */
export function areUntimed(reasons: readonly WaitingReason[]): boolean {
  return !reasons.some((reason) => timed.includes(reason));
}

/** For what a job waits at that moment; undefined where a worker has it, or it has ended. */
export function waitingNow(
  job: { readonly waiting?: WaitingReason; readonly readyAt?: number; readonly lease?: unknown },
  nowMs: number,
): WaitingReason | undefined {
  const { waiting, readyAt, lease } = job;
  if (lease !== undefined || waiting === undefined || readyAt === undefined) return undefined;
  return timed.includes(waiting) && readyAt <= nowMs ? "worker" : waiting;
}
