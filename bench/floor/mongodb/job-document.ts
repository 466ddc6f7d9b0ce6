import { randomBytes } from "node:crypto";

/** A job as the floor stores it: the product's fields and sizes, filled in by hand. */
export interface JobDocument {
  readonly _id: string;
  readonly version: number;
  readonly fence: number;
  readonly owner: string;
  readonly readyAt: number;
  readonly input: string;
  readonly [more: string]: unknown;
}

/** What makes a running job a completed one, if it is still of that version and fence. */
export interface Completion {
  readonly id: string;
  readonly version: number;
  readonly fence: number;
  readonly set: object;
  readonly task: string;
  readonly history: string;
}

/** What is kept of a call: what people read, and what later tasks would read. */
export interface Call {
  readonly startedAt: number;
  readonly request: object;
  readonly response: object;
}

const digest = "3e8e6c0b561764ba68579f1f3608fd1490b822465fc006d183689a1d067a6f59";

/** The key of the only task's execution. */
export const taskKey = "0#0";

let token = 0;

/** A started job that carries the lease of that worker. */
export function startedJob(n: string, owner: string): JobDocument {
  const at = Date.now();
  const task = { path: "0", iteration: 0, name: "call", type: "http", status: "scheduled", attempt: 1 };
  return {
    _id: at.toString(16).padStart(12, "0") + randomBytes(6).toString("hex"),
    format: 1,
    workflow: "bench",
    workflowVersion: 1,
    digest,
    status: "pending",
    shown: "running",
    run: 1,
    version: 1,
    fence: 1,
    lost: 0,
    lostRecorded: 0,
    createdAt: at,
    bytes: n.length,
    input: n,
    tasks: { [taskKey]: JSON.stringify({ ...task, scheduledAt: at, readyAt: at }) },
    history: [JSON.stringify([{ at, type: "job_started", run: 1 }])],
    start: `floor${(token++).toString(36).padStart(6, "0")}`,
    owner,
    readyAt: at,
  };
}

/** The end of a job whose only call was answered. */
export function completionOf({ _id, version, fence, owner, readyAt }: JobDocument, call: Call): Completion {
  const at = Date.now();
  const { request, response, startedAt } = call;
  const task = { path: "0", iteration: 0, name: "call", type: "http", status: "completed", attempt: 1 };
  const about = {
    run: 1,
    task: "call",
    path: "0",
    attempt: 1,
    worker: owner,
    fence,
    startedAt,
    durationMs: at - startedAt,
  };
  return {
    id: _id,
    version,
    fence,
    set: {
      status: "completed",
      shown: "completed",
      version: version + 1,
      lost: 0,
      lostRecorded: 0,
      bytes: 174,
      commit: `floor${(token++).toString(36).padStart(6, "0")}`,
      startedAt,
      finishedAt: at,
    },
    task: JSON.stringify({ ...task, scheduledAt: readyAt, finishedAt: at, result: { request, response } }),
    history: JSON.stringify([
      { at, type: "task_completed", ...about },
      { at, type: "job_completed", run: 1 },
    ]),
  };
}
