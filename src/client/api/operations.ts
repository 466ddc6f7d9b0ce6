// Made from the API's OpenAPI document: `node checks/reference/client-types.ts --write` writes it anew, `npm run check -- client-types` compares.

import type {
  BulkResult,
  Definition,
  ErrorDetail,
  JobCount,
  JobFilter,
  RemovedJob,
  StartedJob,
  WaitingJobs,
  Worker,
  Workflow,
  WorkflowSummary,
} from "./answers.ts";

import type { Explanation } from "./explanation.ts";

import type { FinishedJob, HistoryEntry, Job, JobPage } from "./job.ts";

/** Operations by their ids: the query and the body that each takes, and what it answers when all went well. */
export interface Operations {
  /** Adds a new version of a workflow */
  readonly addDefinition: {
    readonly body: {
      readonly name: string;
      readonly version?: number | undefined;
    };
    readonly answer: {
      readonly name: string;
      readonly version: number;
      /** What is allowed but probably not meant */
      readonly warnings: readonly ErrorDetail[];
    };
  };
  /** Ends a job that has not ended */
  readonly cancelJob: {
    readonly body: {
      /** Why; the history keeps it */
      readonly reason?: string | undefined;
      /** false: nothing of what was done is undone, or nothing more */
      readonly undo?: boolean | undefined;
    };
    readonly answer: Job;
  };
  /** Does the same as `cancel` with each of many jobs */
  readonly cancelJobs: {
    readonly body: {
      /** Why; the history keeps it */
      readonly reason?: string | undefined;
      /** false: nothing of what was done is undone, or nothing more */
      readonly undo?: boolean | undefined;
      readonly filter?: JobFilter | undefined;
      /** true, without a filter: every job */
      readonly all?: boolean | undefined;
      readonly limit?: number | undefined;
      /** `next` of the call before */
      readonly cursor?: string | undefined;
      /** Nothing is done; the answer tells what would be, refusals too */
      readonly dryRun?: boolean | undefined;
    };
    readonly answer: BulkResult;
  };
  /** Counts jobs by workflow and state */
  readonly countJobs: {
    readonly query: {
      /** Its jobs alone */
      readonly workflow?: string | undefined;
    };
    readonly answer: {
      readonly counts: readonly JobCount[];
      readonly total: number;
      /** Some may be missing, or too many: a process ended before it said what it had changed. The store has the jobs counted; ask again */
      readonly doubtful?: true;
    };
  };
  /** Removes a job that has ended, with its results and its history */
  readonly deleteJob: {
    readonly body: {
      /** Why; the history keeps it */
      readonly reason?: string | undefined;
    };
    readonly answer: Job;
  };
  /** Explains what is happening to a job, why, and what can be done */
  readonly explainJob: {
    readonly answer: Explanation;
  };
  /** Tells every transition of a job, in order */
  readonly getJobHistory: {
    readonly answer: {
      readonly history: readonly HistoryEntry[];
    };
  };
  /** Tells what waits where, and why */
  readonly getQueue: {
    readonly query: {
      /** Its jobs alone */
      readonly workflow?: string | undefined;
    };
    readonly answer: {
      /** The largest numbers first, at most 200 */
      readonly waiting: readonly WaitingJobs[];
      /** How many of these there are */
      readonly rows: number;
      /** Queues of programs outside, by name */
      readonly external: readonly {
        readonly queue: string;
        /** Whose newest definitions put work into it */
        readonly workflows: readonly string[];
        /** Jobs that offer work of it now, up to 1,000 */
        readonly offered: number;
        /** False where there may be more */
        readonly offeredIsExact: boolean;
      }[];
    };
  };
  /** Tells the versions of a workflow, or the document of one */
  readonly getWorkflow: {
    readonly query: {
      /** The document of this version instead */
      readonly version?: number | undefined;
    };
    readonly answer: Workflow | Definition;
  };
  /** Lists jobs, page by page */
  readonly listJobs: {
    readonly query: {
      /** One of these, repeated or separated by commas; a `status` stands for all states that it shows */
      readonly status?:
        | readonly (
            | "pending"
            | "processing"
            | "done"
            | "failed"
            | "running"
            | "paused"
            | "completed"
            | "timed_out"
            | "terminated"
          )[]
        | undefined;
      /** Its exact name */
      readonly workflow?: string | undefined;
      /** Of the workflow */
      readonly version?: number | undefined;
      /** The first digits of their ids */
      readonly id_prefix?: string | undefined;
      /** The Idempotency-Key that they were started with */
      readonly idempotency_key?: string | undefined;
      /** Of the job, or of a task of it that failed */
      readonly error_code?: string | undefined;
      /** For one of these, repeated or separated by commas */
      readonly waiting?:
        | readonly ("worker" | "start" | "retry" | "time" | "worker_lost" | "event" | "job" | "external" | "paused")[]
        | undefined;
      /** What a task of theirs called: the origin of an address */
      readonly target?: string | undefined;
      readonly inserted_from?: string | undefined;
      readonly inserted_to?: string | undefined;
      readonly started_from?: string | undefined;
      readonly started_to?: string | undefined;
      readonly finished_from?: string | undefined;
      readonly finished_to?: string | undefined;
      /** By this time; with `-` the newest first */
      readonly sort?: "-insert_time" | "insert_time" | "-finish_time" | "finish_time" | undefined;
      /** Jobs of a page */
      readonly limit?: number | undefined;
      /** `next` of the page before, with the same parameters */
      readonly cursor?: string | undefined;
    };
    readonly answer: JobPage;
  };
  /** Lists the workers of the site */
  readonly listWorkers: {
    readonly answer: {
      readonly workers: readonly Worker[];
    };
  };
  /** Lists the workflows that can be started */
  readonly listWorkflows: {
    readonly answer: {
      /** By name */
      readonly workflows: readonly WorkflowSummary[];
    };
  };
  /** Lets a job begin nothing new; what runs may end */
  readonly pauseJob: {
    readonly body: {
      /** Why; the history keeps it */
      readonly reason?: string | undefined;
    };
    readonly answer: Job;
  };
  /** Runs a job that has ended once more from the beginning */
  readonly restartJob: {
    readonly body: {
      /** Why; the history keeps it */
      readonly reason?: string | undefined;
      /** Of the workflow; default: the one that the job was started with */
      readonly version?: number | undefined;
    };
    readonly answer: Job;
  };
  /** Lets a paused job go on */
  readonly resumeJob: {
    readonly body: {
      /** Why; the history keeps it */
      readonly reason?: string | undefined;
    };
    readonly answer: Job;
  };
  /** Lets a job that failed, timed out or was cancelled go on from there, or one of its tasks begin anew */
  readonly retryJob: {
    readonly body: {
      /** Why; the history keeps it */
      readonly reason?: string | undefined;
      /** What is run again is called under another Idempotency-Key */
      readonly newKey?: boolean | undefined;
      /** Path or name of a task of the job */
      readonly task?: string | undefined;
      /** Which one, of a task in a loop */
      readonly iteration?: number | undefined;
    };
    readonly answer: Job;
  };
  /** Lets a job go on without one of its tasks */
  readonly skipJob: {
    readonly body: {
      /** Why; the history keeps it */
      readonly reason?: string | undefined;
      /** Path or name of a task of the job */
      readonly task: string;
      /** Which one, of a task in a loop */
      readonly iteration?: number | undefined;
    };
    readonly answer: Job;
  };
  /** Starts a job */
  readonly startJob: {
    readonly query: {
      /** What is started begins then: a time with its offset from UTC (RFC 3339), or so many seconds from now; at most ten years away */
      readonly after?: string | undefined;
      /** 9 is first; default: as the workflow says, or 5 */
      readonly priority?: number | undefined;
      /** Seconds to wait for the end of the job, 0 to 60 */
      readonly wait?: string | undefined;
    };
    readonly body: Readonly<Record<string, unknown>>;
    readonly answer: FinishedJob | RemovedJob | StartedJob;
  };
  /** Starts many jobs of one workflow */
  readonly startJobs: {
    readonly query: {
      /** What is started begins then: a time with its offset from UTC (RFC 3339), or so many seconds from now; at most ten years away */
      readonly after?: string | undefined;
      /** 9 is first; default: as the workflow says, or 5 */
      readonly priority?: number | undefined;
    };
    readonly body: readonly unknown[];
    readonly answer: readonly (
      | {
          readonly id: string;
          readonly name: string;
          /** The job was there already, from an earlier batch with the same Idempotency-Key */
          readonly replayed?: true;
        }
      | {
          readonly error: string;
          readonly code: string;
          readonly details: readonly ErrorDetail[];
        }
    )[];
  };
  /** Tells a job of an event that it waits for, or will */
  readonly tellJob: {
    readonly body: Readonly<Record<string, unknown>>;
    readonly answer: Job;
  };
}
