// Made from the API's OpenAPI document: `node checks/reference/client-types.ts --write` writes it anew, `npm run check -- client-types` compares.

import type { Failure } from "./job.ts";

export interface BulkResult {
  readonly action: string;
  readonly dryRun: boolean;
  /** With so many jobs it was done, or, of a dry run, would be */
  readonly done: number;
  /** The ids of these jobs */
  readonly jobs: readonly string[];
  /** So many jobs did not allow it, or would not */
  readonly refused: number;
  /** Why not, of the first 100 of them */
  readonly refusals: readonly {
    readonly id: string;
    readonly code: string;
    readonly error: string;
  }[];
  /** Jobs that further calls have still to meet */
  readonly remain: number;
  /** false: about so many, or at least so many */
  readonly remainIsExact: boolean;
  /** The `cursor` of the next call; null after the last */
  readonly next: string | null;
  /** Why the store took no more than this; the next call goes on */
  readonly stopped?: {
    readonly code: string;
    readonly error: string;
  };
}

export interface Definition {
  readonly name: string;
  readonly version: number;
  readonly digest: string;
  /** The document as it was read or posted */
  readonly definition: unknown;
}

export interface ErrorDetail {
  /** Where in the body or the query, as a JSON pointer (RFC 6901) */
  readonly at: string;
  readonly message: string;
}

export interface ExternalTask {
  /** Names this taking of the task: to be given back with all that is said of it */
  readonly task: string;
  readonly job: string;
  readonly workflowName: string;
  readonly version: number;
  readonly run: number;
  readonly name: string;
  readonly path: string;
  readonly iteration: number;
  readonly attempt: number;
  readonly idempotencyKey: string;
  readonly lease_time: string;
  readonly input: unknown;
}

export interface JobCount {
  readonly workflow: string;
  readonly status: "pending" | "processing" | "done" | "failed";
  readonly state: "pending" | "running" | "paused" | "completed" | "failed" | "timed_out" | "terminated";
  /** For what they began to wait; a job whose time has come counts here until a worker takes it. Absent where a worker has them or they have ended */
  readonly waiting?: "worker" | "start" | "retry" | "time" | "worker_lost" | "event" | "job" | "external" | "paused";
  readonly jobs: number;
}

export interface JobFilter {
  readonly status?:
    | "pending"
    | "processing"
    | "done"
    | "failed"
    | "running"
    | "paused"
    | "completed"
    | "timed_out"
    | "terminated"
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
      )[];
  /** Its exact name */
  readonly workflow?: string;
  /** Of the workflow */
  readonly version?: number;
  /** The first digits of their ids */
  readonly id_prefix?: string;
  /** The Idempotency-Key that they were started with */
  readonly idempotency_key?: string;
  /** Of the job, or of a task of it that failed */
  readonly error_code?: string;
  readonly waiting?:
    | "worker"
    | "start"
    | "retry"
    | "time"
    | "worker_lost"
    | "event"
    | "job"
    | "external"
    | "paused"
    | readonly ("worker" | "start" | "retry" | "time" | "worker_lost" | "event" | "job" | "external" | "paused")[];
  /** What a task of theirs called: the origin of an address */
  readonly target?: string;
  readonly inserted_from?: string;
  readonly inserted_to?: string;
  readonly started_from?: string;
  readonly started_to?: string;
  readonly finished_from?: string;
  readonly finished_to?: string;
  /** Values of inputs that a definition names in `searchable` */
  readonly input?: Readonly<Record<string, string | number | boolean | null>>;
}

export interface RemovedJob {
  readonly id: string;
  readonly workflowName: string;
  readonly status: "done";
  readonly state: "completed";
  /** The workflow is ephemeral: the job was removed when it completed */
  readonly removed: true;
}

export interface StartedJob {
  readonly id: string;
  /** Of the workflow */
  readonly name: string;
  readonly success: true;
  /** The job is removed when it has completed */
  readonly ephemeral?: true;
}

export interface WaitingJobs {
  readonly workflow: string;
  /** For what they wait */
  readonly waiting: "worker" | "start" | "retry" | "time" | "worker_lost" | "event" | "job" | "external" | "paused";
  /** How many: those whose time has come meanwhile are among them until a worker takes them */
  readonly jobs: number;
  /** Of those that wait still, the one that was started first */
  readonly oldest?: {
    readonly id: string;
    readonly workflowName: string;
    /** Version of the workflow */
    readonly version: number;
    readonly status: "pending" | "processing" | "done" | "failed";
    /** The status in full: pending, running, paused, completed, failed, timed_out, terminated */
    readonly state: string;
    readonly run: number;
    readonly error?: Failure;
    /** The worker that holds the job */
    readonly worker?: string;
    /** Workers that died in a row while they held the job */
    readonly workersLost?: number;
    readonly insert_time: string;
    readonly start_time?: string;
    readonly finish_time?: string;
    /** For what it waits now; absent where a worker has it or it has ended */
    readonly waiting?: "worker" | "start" | "retry" | "time" | "worker_lost" | "event" | "job" | "external" | "paused";
    readonly due_time?: string;
    readonly deadline_time?: string;
  };
  /** For people, in one sentence */
  readonly why: string;
}

export interface Worker {
  readonly id: string;
  /** Name of its machine */
  readonly host: string;
  readonly pid: number;
  readonly start_time?: string;
  /** When it was heard of last, as this server saw it, exact to some seconds; absent before that */
  readonly beat_time?: string;
  /** Number of its last heartbeat */
  readonly beat: number;
  /** Its end has begun: its jobs are given to others */
  readonly ended: boolean;
  /** Attempts that it runs at once */
  readonly concurrency: number;
  /** How many more jobs it could take, as it told with its last heartbeat */
  readonly room: number;
  /** Jobs that it holds */
  readonly jobs: number;
  /** Which jobs it takes: of these topics and workflows; absent: of all */
  readonly takes: {
    readonly topics?: readonly string[];
    readonly workflows?: readonly string[];
    readonly excludedWorkflows?: readonly string[];
  };
}

export interface Workflow {
  readonly name: string;
  /** The newest: what new jobs run */
  readonly version: number;
  /** Newest first, at most 1,000 */
  readonly versions: readonly {
    readonly version: number;
    readonly digest: string;
  }[];
  /** SHA-256 of what is compiled from the newest */
  readonly digest: string;
  readonly description: string;
  /** Workers that take it run the jobs */
  readonly topic: string;
  /** Inputs that a start must bring */
  readonly inputParameters: readonly string[];
  readonly optionalParameters: readonly string[];
}

export interface WorkflowSummary {
  readonly name: string;
  /** The newest: what new jobs run */
  readonly version: number;
  /** How many there are */
  readonly versions: number;
  /** SHA-256 of what is compiled from the newest */
  readonly digest: string;
  readonly description: string;
  /** Workers that take it run the jobs */
  readonly topic: string;
  /** Inputs that a start must bring */
  readonly inputParameters: readonly string[];
  readonly optionalParameters: readonly string[];
}
