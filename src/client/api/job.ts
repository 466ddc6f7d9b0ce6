// Made from the API's OpenAPI document: `node checks/reference/client-types.ts --write` writes it anew, `npm run check -- client-types` compares.

export interface Failure {
  readonly code: string;
  readonly message: string;
}

export interface FinishedJob {
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
  /** What of it the store has lost: it is shown without that, and can only end */
  readonly damage?: string;
  /** The job that this one is a part of, and the task that it does there */
  readonly parent?: {
    readonly id: string;
    readonly run: number;
    readonly path: string;
    readonly iteration: number;
  };
  /** 1 to 9; 9 is claimed first */
  readonly priority: number;
  /** Workers that take it run the job */
  readonly topic: string;
  /** While finished tasks are undone: the state in which the job ends after that */
  readonly ending?: string;
  readonly inputParameters: readonly {
    readonly name: string;
    readonly value: unknown;
  }[];
  readonly results: readonly TaskResult[];
  readonly tasks: readonly Task[];
  /** The workflow is ephemeral: the job was removed when it completed */
  readonly removed?: true;
}

export interface HistoryEntry {
  readonly time: string;
  readonly type: string;
  readonly run: number;
  readonly task?: string;
  readonly path?: string;
  /** In a loop or over a list: the turn or item, from 0 on; 0 is left out */
  readonly iteration?: number;
  readonly attempt?: number;
  /** Of a `worker_lost`: the one that was lost */
  readonly worker?: string;
  readonly fence?: number;
  readonly start_time?: string;
  readonly durationMs?: number;
  readonly due_time?: string;
  readonly error?: Failure;
  readonly version?: number;
  /** The job that was started because this one failed */
  readonly job?: string;
  /** Of that job */
  readonly workflow?: string;
  readonly newKey?: true;
  readonly by?: string;
  readonly reason?: string;
  /** What the attempt asked, in short: up to 1 KiB, without secrets */
  readonly request?: string;
  /** How that was answered, in the same way */
  readonly answer?: string;
  /** Neither was kept: the history has 1 MiB of requests and answers already */
  readonly untold?: true;
  /** When the lost worker's jobs were taken from it */
  readonly lost_time?: string;
  /** Attempts that the lost worker may have been making, up to 100 of them */
  readonly open?: readonly {
    readonly path: string;
    readonly iteration?: number;
    readonly attempt: number;
  }[];
  /** How many more of these there were */
  readonly moreOpen?: number;
}

export interface Job {
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
  /** What of it the store has lost: it is shown without that, and can only end */
  readonly damage?: string;
  /** The job that this one is a part of, and the task that it does there */
  readonly parent?: {
    readonly id: string;
    readonly run: number;
    readonly path: string;
    readonly iteration: number;
  };
  /** 1 to 9; 9 is claimed first */
  readonly priority: number;
  /** Workers that take it run the job */
  readonly topic: string;
  /** While finished tasks are undone: the state in which the job ends after that */
  readonly ending?: string;
  readonly inputParameters: readonly {
    readonly name: string;
    readonly value: unknown;
  }[];
  readonly results: readonly TaskResult[];
  readonly tasks: readonly Task[];
}

export interface JobPage {
  readonly jobs: readonly JobSummary[];
  /** The `cursor` of the next page; null on the last */
  readonly next: string | null;
}

export interface JobSummary {
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
}

export interface Task {
  readonly name: string;
  /** Names the task within the workflow */
  readonly path: string;
  /** Of a task in a loop, from the second on */
  readonly iteration?: number;
  readonly type: string;
  readonly state: string;
  readonly attempt: number;
  readonly skippedBy?: string;
  readonly error?: Failure;
  readonly due_time?: string;
  readonly finish_time?: string;
  /** The job that does it */
  readonly job?: string;
  /** Where programs outside find it */
  readonly queue?: string;
  /** The program outside that has it */
  readonly takenBy?: string;
  readonly lease_time?: string;
}

export interface TaskResult {
  readonly name: string;
  readonly type: string;
  readonly success: boolean;
  readonly skipped: boolean;
  readonly error?: {
    readonly code: string;
    readonly message: string;
  };
  readonly httpRequest?: {
    readonly uri: string;
    readonly method: string;
    readonly body: string;
    readonly headers: readonly string[];
  };
  readonly httpResponse?: {
    readonly statusCode: number;
    readonly body: string;
    readonly truncated?: true;
  };
  readonly cli?: {
    readonly command: readonly string[];
    readonly output: string;
    readonly error: string;
    /** -1 where the command did not run, a signal ended it, or nothing is known of its end */
    readonly exitCode: number;
    readonly signal?: string;
    readonly truncated?: true;
  };
  readonly nats?: {
    /** Empty where the message was published */
    readonly error: string;
    readonly subject?: string;
    /** The message, as JSON */
    readonly data?: string;
    /** The JetStream stream that has the message */
    readonly stream?: string;
    /** Its number there */
    readonly seq?: number;
    /** The stream had it already, from an attempt before: nothing was added */
    readonly duplicate?: boolean;
  };
  readonly smtp?: {
    readonly sender: string;
    readonly recipients: readonly string[];
    /** Its text as people read it, not as it went over the wire */
    readonly message: string;
    readonly error: string;
    readonly messageId?: string;
    /** What the mail server answered last */
    readonly reply?: string;
  };
}
