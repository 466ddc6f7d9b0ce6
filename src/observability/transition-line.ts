import type { JobId } from "../model/ids.ts";
import type { HistoryEntry, HistoryType } from "../model/job/history.ts";
import type { KnownJob } from "./known-jobs.ts";

interface Wording {
  readonly level: "info" | "debug";
  readonly message: string;
  /** The job is over: its whole duration is told. */
  readonly final?: true;
}

/** Starts, ends and failures at `info`, the rest at `debug`. */
export const wordings: Readonly<Record<HistoryType, Wording>> = {
  job_started: { level: "info", message: "job started" },
  job_completed: { level: "info", message: "job completed", final: true },
  job_failed: { level: "info", message: "job failed", final: true },
  job_timed_out: { level: "info", message: "job timed out", final: true },
  job_terminated: { level: "info", message: "job terminated", final: true },
  job_undoing: { level: "info", message: "job undoes what it did" },
  job_paused: { level: "info", message: "job paused" },
  job_resumed: { level: "info", message: "job resumed" },
  job_retried: { level: "info", message: "job retried" },
  job_restarted: { level: "info", message: "job restarted" },
  job_imported: { level: "debug", message: "job imported" },
  task_completed: { level: "debug", message: "task completed" },
  task_failed: { level: "info", message: "task failed" },
  task_skipped: { level: "debug", message: "task skipped" },
  task_cancelled: { level: "debug", message: "task cancelled" },
  task_retried: { level: "info", message: "task retried" },
  attempt_started: { level: "debug", message: "attempt started" },
  attempt_failed: { level: "info", message: "attempt failed" },
  attempt_interrupted: { level: "debug", message: "attempt interrupted" },
  worker_lost: { level: "info", message: "worker lost" },
  late_result: { level: "debug", message: "late result" },
  start_refused: { level: "info", message: "start refused" },
  failure_job_started: { level: "info", message: "job started for the failure" },
};

/** The fields of one transition's line; what is undefined is not written. */
export function lineFields(job: JobId, known: KnownJob | undefined, entry: HistoryEntry): object {
  const { final } = wordings[entry.type];
  return {
    job,
    workflow: known?.workflow,
    started: entry.job,
    run: entry.run === 1 ? undefined : entry.run,
    task: entry.task,
    attempt: entry.attempt,
    durationMs: final === true && known !== undefined ? entry.at - known.createdAt : entry.durationMs,
    worker: entry.worker,
    retryAt: entry.dueAt === undefined ? undefined : new Date(entry.dueAt).toISOString(),
    error: entry.error,
    by: entry.by,
    reason: entry.reason,
  };
}
