import type { JobId } from "../model/ids.ts";
import type { Job } from "../model/job/job.ts";

/** What a log line says of a job and a commit does not. */
export interface KnownJob {
  readonly workflow: string;
  readonly createdAt: number;
}

/** Beyond the largest concurrency: jobs of an incarnation that ended are never given back, and make room here. */
const maxHeld = 20_000;

/** Jobs that were read to be changed at once. */
const maxSeen = 1000;

/** Remembers the jobs that this process works on; bounded, and free of those that wait in the store. */
export class KnownJobs {
  readonly #held = new Map<JobId, KnownJob>();
  readonly #seen = new Map<JobId, KnownJob>();

  /** This process holds the job's lease now. */
  hold(job: Job): void {
    remember(this.#held, job, maxHeld);
  }

  /** The job was read, maybe to be changed. */
  see(job: Job): void {
    if (!this.#held.has(job.id)) remember(this.#seen, job, maxSeen);
  }

  of(id: JobId): KnownJob | undefined {
    return this.#held.get(id) ?? this.#seen.get(id);
  }

  /** The job ended or was given back. */
  forget(id: JobId): void {
    this.#held.delete(id);
    this.#seen.delete(id);
  }
}

function remember(jobs: Map<JobId, KnownJob>, { id, workflow, createdAt }: Job, limit: number): void {
  jobs.delete(id); // the newest stands last
  jobs.set(id, { workflow: workflow.name, createdAt });
  if (jobs.size <= limit) return;
  const [oldest] = jobs.keys();
  if (oldest !== undefined) jobs.delete(oldest);
}
