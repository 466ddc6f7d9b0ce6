import type { Worker } from "./api/answers.ts";
import type { Operations } from "./api/operations.ts";
import { Definitions } from "./definitions.ts";
import type { EndedJob } from "./ended-job.ts";
import { ExternalTasks } from "./external.ts";
import { Connection, type ConnectionOptions } from "./http/connection.ts";
import type { JobFilter } from "./job-filter.ts";
import { type CallOptions, Jobs } from "./jobs.ts";
import { checkOptions } from "./known-options.ts";
import {
  type Input,
  type Started,
  type StartedMember,
  type StartManyOptions,
  type StartOptions,
  start,
  startMany,
} from "./start.ts";
import { type Awaited, type WaitOptions, wait } from "./wait.ts";
import { type JobChange, type JobEvent, type WatchOptions, watchJob, watchJobs } from "./watch.ts";

const watchNames = { lastEventId: true, silenceMs: true, onOpen: true, signal: true } as const;

/**
 * A client of one Workflows server, or of a fleet behind one address. It keeps no connection of its own open, but for what is being watched.
 *
 * What is refused is thrown as `WorkflowsApiError`; where there is no answer, as `WorkflowsConnectionError`. Reading, and starts under a key, are tried
 * several times before that (`RetryOptions`).
 */
export class Workflows {
  readonly jobs: Jobs;
  readonly workflows: Definitions;
  readonly external: ExternalTasks;
  readonly #connection: Connection;

  /** Throws `TypeError` where `url` is no address, or `token` could not be sent. */
  constructor(options: ConnectionOptions) {
    this.#connection = new Connection(options);
    this.jobs = new Jobs(this.#connection);
    this.workflows = new Definitions(this.#connection);
    this.external = new ExternalTasks(this.#connection);
  }

  /** The workers of the site, by their start. */
  readonly workers = {
    list: async (options: CallOptions = {}): Promise<readonly Worker[]> =>
      (await this.#connection.read<Operations["listWorkers"]["answer"]>(["workers"], ["workers"], {}, options)).workers,
  };

  /** What waits where, and why: of all workflows, or of one. */
  queue(
    of: Operations["getQueue"]["query"] = {},
    options: CallOptions = {},
  ): Promise<Operations["getQueue"]["answer"]> {
    return this.#connection.read<Operations["getQueue"]["answer"]>(["queue"], ["waiting", "external"], of, options);
  }

  /** Starts a job. Once this resolves, the job is stored and will run. */
  start(workflow: string, input: Input = {}, options: StartOptions = {}): Promise<Started> {
    return start(this.#connection, workflow, input, options);
  }

  /** Starts a job for each of up to 10,000 inputs; a mistake in one keeps no other from starting. The answers are in the order of the inputs. */
  startMany(
    workflow: string,
    inputs: readonly Input[],
    options: StartManyOptions = {},
  ): Promise<readonly StartedMember[]> {
    return startMany(this.#connection, workflow, inputs, options);
  }

  /**
   * Resolves with the job when it has ended, however long that takes and whichever servers restart meanwhile. Given what `start` resolved with instead of an
   * id, it knows a job of an `ephemeral` workflow that is gone for one that has completed.
   */
  wait(job: Awaited, options: WaitOptions = {}): Promise<EndedJob> {
    return wait(this.#connection, this.jobs, job, options);
  }

  /** Every entry of a job's history as it happens, from the beginning on, and its end; each once, in order, over as many connections as it takes. */
  watch(id: string, options?: WatchOptions): AsyncGenerator<JobEvent, void, undefined>;
  /** Every change of the jobs that fit, from now on. */
  watch(filter: JobFilter, options?: WatchOptions): AsyncGenerator<JobChange, void, undefined>;
  watch(what: string | JobFilter, options: WatchOptions = {}): AsyncGenerator<JobEvent | JobChange, void, undefined> {
    checkOptions("watch", options, watchNames);
    return typeof what === "string"
      ? watchJob(this.#connection, what, options)
      : watchJobs(this.#connection, what, options);
  }
}

// What a program that uses the client names: this file is the whole of `workflows/client`.
export type {
  BulkResult,
  Definition,
  ExternalTask,
  JobCount,
  RemovedJob,
  WaitingJobs,
  Worker,
  Workflow,
  WorkflowSummary,
} from "./api/answers.ts";
export type { ExplainedAttempt, Explanation } from "./api/explanation.ts";
export type { FinishedJob, HistoryEntry, Job, JobPage, JobSummary, Task, TaskResult } from "./api/job.ts";
export type { AddedDefinition } from "./definitions.ts";
export type { EndedJob, GoneJob } from "./ended-job.ts";
export type { ConnectionFailure, ErrorDetail } from "./errors.ts";
export { JobFailed, WaitTimeout, WorkflowsApiError, WorkflowsConnectionError } from "./errors.ts";
export type { ExternalFailure, HeartbeatOptions, PollOptions, TakenTask } from "./external.ts";
export type { ConnectionOptions } from "./http/connection.ts";
export type { RetryOptions } from "./http/pause.ts";
export type { JobFilter, Moment } from "./job-filter.ts";
export type { BulkAction, BulkAsking, CallOptions, JobCounts, ListOptions } from "./jobs.ts";
export type { Input, Started, StartedMember, StartManyOptions, StartOptions } from "./start.ts";
export type { Awaited, WaitOptions } from "./wait.ts";
export type { JobChange, JobEvent, WatchOptions } from "./watch.ts";
