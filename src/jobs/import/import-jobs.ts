import { setTimeout as delay } from "node:timers/promises";
import { bytesOf } from "../../engine/result-size.ts";
import { labelsOf } from "../../engine/search/labels.ts";
import { Overloaded } from "../../model/errors.ts";
import { isFinal, type Job } from "../../model/job/job.ts";
import type { ForeignDatabase } from "../../store/foreign.ts";
import type { JobStore, NewJob } from "../../store/store.ts";

export interface JobImport {
  readonly from: Pick<ForeignDatabase, "jobs" | "shown">;
  readonly into: Pick<JobStore, "insert">;
  /** Epoch ms of the store's clock. */
  readonly nowMs: number;
  /** Jobs that were started before are left: retention would remove them at once. 0: none is too old. */
  readonly startedSinceMs: number;
  /** Told of each job that is not taken. */
  readonly left: (job: LeftJob) => void;
  /** Told after each batch. */
  readonly progress: (counts: JobCounts) => void;
}

export interface LeftJob {
  readonly id: string;
  readonly workflow?: string;
  readonly why: keyof Pick<JobCounts, "unfinished" | "old" | "refused">;
  readonly reason: string;
}

export interface JobCounts {
  readonly imported: number;
  /** Under an id that the store has: of an earlier import. */
  readonly alreadyThere: number;
  /** Left, because they have not ended. */
  readonly unfinished: number;
  /** Left, because retention would remove them at once. */
  readonly old: number;
  /** Could not be read or stored. */
  readonly refused: number;
}

/** So many jobs, or so many bytes, are written together: what is in memory is bounded by that and one job. */
const batchJobs = 100;
const batchBytes = 1024 * 1024;

/**
 * Takes the finished jobs of another database into the store, each as it ended and under its id: what is there already is left as it is, so that a
 * second run, or one after a kill, goes on. Throws `StoreUnavailable` where the store fails, `StartError` where the other database does.
 */
export async function importJobs(ask: JobImport): Promise<JobCounts> {
  const counts = { imported: 0, alreadyThere: 0, unfinished: 0, old: 0, refused: 0 };
  const leave = (job: LeftJob): void => {
    counts[job.why] += 1;
    ask.left(job);
  };
  let batch: NewJob[] = [];
  let bytes = 0;
  const write = async (): Promise<void> => {
    const answers = await insertPatiently(ask.into, batch);
    for (const [index, answer] of answers.entries()) {
      if (answer.kind === "inserted") counts.imported += 1;
      else if (answer.kind === "exists") counts.alreadyThere += 1;
      else leave({ ...named(batch[index]?.job), why: "refused", reason: answer.reason });
    }
    batch = [];
    bytes = 0;
    ask.progress(counts);
  };
  for await (const found of ask.from.jobs()) {
    if (found.kind === "unreadable") {
      leave({ id: found.id, why: "refused", reason: found.reason });
      continue;
    }
    const why = whyLeft(found.job, ask.startedSinceMs);
    if (why !== undefined) {
      leave({ ...named(found.job), ...why });
      continue;
    }
    const job = imported(found.job);
    batch.push({ job, history: [{ at: ask.nowMs, type: "job_imported", run: 1, reason: `from ${ask.from.shown}` }] });
    bytes += job.bytes;
    if (batch.length >= batchJobs || bytes >= batchBytes) await write();
  }
  if (batch.length > 0) await write();
  return counts;
}

function whyLeft({ status, createdAt }: Job, startedSinceMs: number): Pick<LeftJob, "why" | "reason"> | undefined {
  if (!isFinal(status)) return { why: "unfinished", reason: `it is ${status} there` };
  if (createdAt >= startedSinceMs) return undefined;
  return { why: "old", reason: `it was started at ${new Date(createdAt).toISOString()}` };
}

/** The other program kept no time of a job's end; what counts for retention is that of its start. */
function imported(job: Job): Job {
  const bytes = bytesOf(job.input) + job.tasks.reduce((sum, { result }) => sum + bytesOf(result), 0);
  const labels = labelsOf({}, job);
  return { ...job, finishedAt: job.createdAt, bytes, ...(labels.length > 0 && { labels }) };
}

function named(job: Job | undefined): { readonly id: string; readonly workflow?: string } {
  return job === undefined ? { id: "" } : { id: job.id, workflow: job.workflow.name };
}

/** Starts go first: where the store has too much to do, an import waits. */
async function insertPatiently(
  store: Pick<JobStore, "insert">,
  batch: readonly NewJob[],
): ReturnType<JobStore["insert"]> {
  for (;;) {
    try {
      return await store.insert(batch);
    } catch (error) {
      if (!(error instanceof Overloaded)) throw error;
      await delay(error.retryAfterMs ?? 1000);
    }
  }
}
