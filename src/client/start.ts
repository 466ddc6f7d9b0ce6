import type { RemovedJob, StartedJob } from "./api/answers.ts";
import type { FinishedJob } from "./api/job.ts";
import type { Operations } from "./api/operations.ts";
import { answerWith, isObject, listIn } from "./http/answer.ts";
import type { Ask, Connection, Reply } from "./http/connection.ts";
import type { Moment } from "./job-filter.ts";
import type { CallOptions } from "./jobs.ts";
import { checkOptions } from "./known-options.ts";

/** Inputs of a job, by name; anything that JSON can say. */
export type Input = Readonly<Record<string, unknown>>;

export interface StartManyOptions extends CallOptions {
  /**
   * Names this start: the same key with the same inputs is the same job, however often it is sent. Default: a random one, so that a start whose answer was
   * lost can be repeated. `false` sends none: such a start is repeated only where the server says that it did not take it.
   */
  readonly idempotencyKey?: string | false;
  /** When the job begins: a time, or so many seconds from now. */
  readonly after?: Moment | number;
  /** 1 to 9; 9 comes first. */
  readonly priority?: number;
  /** The newest version of the workflow must be at least this. */
  readonly minVersion?: number;
}

export interface StartOptions extends StartManyOptions {
  /** Seconds for which the server waits for the job's end before it answers; `job` is there where it ended. */
  readonly wait?: number;
}

const startManyNames = { idempotencyKey: true, after: true, priority: true, minVersion: true, signal: true } as const;
const startNames = { ...startManyNames, wait: true } as const;

/** A job that is stored, and will run. */
export interface Started {
  readonly id: string;
  /** Of the workflow. */
  readonly name: string;
  /** It was there already, from an earlier start under the same key. */
  readonly replayed: boolean;
  /** It is removed when it has completed. */
  readonly ephemeral?: true;
  /** As it ended, where `wait` was asked for and it ended in time. */
  readonly job?: FinishedJob | RemovedJob;
}

/** What became of each input of `startMany`: a job, or why there is none. */
export type StartedMember = Operations["startJobs"]["answer"][number];

export async function start(
  connection: Connection,
  workflow: string,
  input: Input,
  asked: StartOptions,
): Promise<Started> {
  checkOptions("start", asked, startNames);
  const { wait, ...options } = asked;
  const query = wait === undefined ? {} : { wait: String(wait) };
  const ask = askFor(["workflow", workflow], input, options, query);
  const reply = await connection.send({ ...ask, ...(wait !== undefined && { waitMs: wait * 1000 }) });
  return startedOf(workflow, reply);
}

/**
 * Members that the server had no room for are sent again, with all others and under the same key, which starts nothing twice; a member that was started
 * is answered as it was at first.
 */
export async function startMany(
  connection: Connection,
  workflow: string,
  inputs: readonly Input[],
  options: StartManyOptions,
): Promise<readonly StartedMember[]> {
  checkOptions("startMany", options, startManyNames);
  const ask = askFor(["workflow", workflow, "batch"], inputs, options);
  let members: readonly StartedMember[] = [];
  for (let tries = 1; ; tries += 1) {
    const again = listIn<StartedMember>(await connection.send(ask));
    const before = members;
    members = again.map((member, at) => (isStarted(before[at]) ? (before[at] ?? member) : member));
    if (ask.repeat !== "always" || tries >= connection.retry.attempts || !members.some(isLeftOut)) return members;
    await connection.pauseAfter(tries, ask.signal);
  }
}

function askFor(
  path: readonly string[],
  body: unknown,
  { idempotencyKey = randomKey(), after, priority, minVersion, signal }: StartManyOptions,
  query: Readonly<Record<string, string>> = {},
): Ask {
  return {
    method: "POST",
    path,
    body,
    signal,
    query: {
      ...query,
      ...(after !== undefined && { after: after instanceof Date ? after.toISOString() : String(after) }),
      ...(priority !== undefined && { priority: String(priority) }),
    },
    headers: {
      ...(idempotencyKey !== false && { "idempotency-key": idempotencyKey }),
      ...(minVersion !== undefined && { "x-workflows-min-version": String(minVersion) }),
    },
    repeat: idempotencyKey === false ? "when_refused" : "always",
  };
}

/** 128 random bits. `crypto.randomUUID` would be shorter, but pages that come by plain HTTP do not have it. */
function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function startedOf(workflow: string, reply: Reply): Started {
  const replayed = reply.headers.get("idempotency-replayed") === "true";
  if (reply.status === 200) {
    const job = answerWith<FinishedJob | RemovedJob>(reply, ["id", "workflowName", "status"]);
    return { id: job.id, name: workflow, replayed, job };
  }
  const { id, name, ephemeral } = answerWith<StartedJob>(reply, ["id", "name"]);
  return { id, name, replayed, ...(ephemeral !== undefined && { ephemeral }) };
}

function isStarted(member: StartedMember | undefined): boolean {
  return isObject(member) && "id" in member;
}

/** Not for a mistake of its own. */
function isLeftOut(member: StartedMember): boolean {
  return "code" in member && (member.code === "overloaded" || member.code === "store_unavailable");
}
