import { Buffer } from "node:buffer";
import { randomBytes } from "node:crypto";

/** A job as the floor stores it: as many fields and bytes as the product's, and the fields that its writes are conditional on. */
export interface JobDocument {
  readonly _id: string;
  readonly version: number;
  readonly fence: number;
  readonly owner: string;
  readonly readyAt: Date;
  readonly status: string;
  readonly input: { readonly n: number };
  readonly history: readonly object[];
  readonly [more: string]: unknown;
}

/** Ends a job, if it is still of that version and fence. */
export interface Completion {
  readonly id: string;
  readonly version: number;
  readonly fence: number;
  readonly set: object;
  readonly history: readonly object[];
}

const digest = "3e8e6c0b561764ba68579f1f3608fd1490b822465fc006d183689a1d067a6f59";

/** Time-ordered, as 24 hex digits. */
function newId(): string {
  const time = Buffer.alloc(6);
  time.writeUIntBE(Date.now(), 0, 6);
  return time.toString("hex") + randomBytes(6).toString("hex");
}

/** A started job that carries the lease of that worker. */
export function startedJob(n: number, owner: string): JobDocument {
  const at = new Date();
  return {
    _id: newId(),
    format: 1,
    workflow: { name: "bench", version: 1, digest },
    status: "pending",
    shown: "running",
    run: 1,
    input: { n },
    tasks: [
      {
        path: "0",
        iteration: 0,
        name: "call",
        type: "http",
        status: "scheduled",
        attempt: 1,
        scheduledAt: at,
        readyAt: at,
      },
    ],
    version: 1,
    fence: 1,
    owner,
    lost: 0,
    lostRecorded: 0,
    readyAt: at,
    createdAt: at,
    bytes: 9,
    history: [{ at, type: "job_started", run: 1 }],
  };
}

/** The end of a job whose only call was answered. */
export function completionOf(job: JobDocument, call: Call): Completion {
  const at = new Date();
  const { request, response, startedAt } = call;
  const task = {
    path: "0",
    iteration: 0,
    name: "call",
    type: "http",
    status: "completed",
    attempt: 1,
    scheduledAt: at,
    finishedAt: at,
    result: { request, response },
  };
  const about = { task: "call", path: "0", attempt: 1, worker: job.owner, fence: job.fence, startedAt, durationMs: 1 };
  return {
    id: job._id,
    version: job.version,
    fence: job.fence,
    set: {
      status: "completed",
      shown: "completed",
      tasks: [task],
      version: job.version + 1,
      owner: null,
      readyAt: null,
      startedAt,
      finishedAt: at,
      bytes: 174,
    },
    history: [
      { at, type: "task_completed", run: 1, ...about },
      { at, type: "job_completed", run: 1 },
    ],
  };
}

/** What is kept of a call: what people read, and what later tasks would read. */
export interface Call {
  readonly startedAt: Date;
  readonly request: object;
  readonly response: object;
}
