import { Type } from "typebox";
import { type ErrorDetail, WorkflowsError } from "../../model/errors.ts";
import type { Failure } from "../../model/job/failure.ts";
import { isJsonObject, type JsonObject, type JsonValue, pointerTo } from "../../model/json.ts";
import { parseJsonObject } from "../body.ts";
import { notKnown } from "../query.ts";
import type { ApiSettings } from "../settings.ts";

const longestName = 100;
const longestMessage = 4000;
const mostPolled = 100;
const longestWaitMs = 60_000;
const leases = { least: 1000, most: 24 * 3_600_000, usual: 30_000 } as const;

const LeaseMs = Type.Optional(
  Type.Integer({
    minimum: leases.least,
    maximum: leases.most,
    default: leases.usual,
    description: "How long the worker may be silent",
  }),
);

const Task = Type.String({ description: "As the poll named it" });

const closed = { additionalProperties: false } as const;

export const PollBody = Type.Object(
  {
    worker: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: longestName,
        description: "How the history names it; default: the token's name",
      }),
    ),
    limit: Type.Optional(
      Type.Integer({ minimum: 1, maximum: mostPolled, default: 1, description: "At most so many tasks" }),
    ),
    leaseMs: LeaseMs,
    waitMs: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: longestWaitMs,
        default: 0,
        description: "How long the answer may wait for a task where none is there",
      }),
    ),
  },
  closed,
);

export const HeartbeatBody = Type.Object({ task: Task, leaseMs: LeaseMs }, closed);

export const CompletionBody = Type.Object(
  { task: Task, output: Type.Optional(Type.Unknown({ description: "What later tasks read; absent: null" })) },
  closed,
);

export const FailureBody = Type.Object(
  {
    task: Task,
    message: Type.Optional(Type.String({ minLength: 1, maxLength: longestMessage })),
    code: Type.Optional(Type.String({ minLength: 1, maxLength: longestName, default: "external_failed" })),
    retryable: Type.Optional(Type.Boolean({ default: true, description: "false: it is not offered again" })),
    retryAfterMs: Type.Optional(
      Type.Integer({ minimum: 0, maximum: leases.most, description: "It is not offered again before" }),
    ),
  },
  closed,
);

interface Poll {
  readonly worker?: string;
  readonly limit: number;
  readonly leaseMs: number;
  readonly waitMs: number;
}

interface TaskBody {
  readonly task: string;
}

interface FailBody extends TaskBody {
  readonly error: Failure;
  readonly retryable: boolean;
  readonly retryAfterMs?: number;
}

/** All are optional, and so is the body. */
export function parsePoll(body: unknown, settings: ApiSettings): Poll {
  const isEmpty = body === undefined || (Buffer.isBuffer(body) && body.length === 0);
  const read = new Reader(isEmpty ? {} : parse(body, settings));
  const worker = read.text("worker", longestName);
  const limit = read.whole("limit", 1, mostPolled) ?? 1;
  const leaseMs = read.whole("leaseMs", leases.least, leases.most) ?? leases.usual;
  const waitMs = read.whole("waitMs", 0, longestWaitMs) ?? 0;
  read.done();
  return { limit, leaseMs, waitMs, ...(worker !== undefined && { worker }) };
}

export function parseHeartbeat(body: unknown, settings: ApiSettings): TaskBody & { readonly leaseMs: number } {
  const read = new Reader(parse(body, settings));
  const task = read.task();
  const leaseMs = read.whole("leaseMs", leases.least, leases.most) ?? leases.usual;
  read.done();
  return { task, leaseMs };
}

/** `output` may be any JSON; absent: null. */
export function parseCompletion(body: unknown, settings: ApiSettings): TaskBody & { readonly output: JsonValue } {
  const read = new Reader(parse(body, settings));
  const task = read.task();
  const output = read.take("output") ?? null;
  read.done();
  return { task, output };
}

export function parseFailure(body: unknown, settings: ApiSettings): FailBody {
  const read = new Reader(parse(body, settings));
  const task = read.task();
  const message = read.text("message", longestMessage) ?? "The worker gave no reason";
  const code = read.text("code", longestName) ?? "external_failed";
  const retryable = read.truth("retryable") ?? true;
  const retryAfterMs = read.whole("retryAfterMs", 0, leases.most);
  read.done();
  return { task, error: { code, message }, retryable, ...(retryAfterMs !== undefined && { retryAfterMs }) };
}

function parse(body: unknown, settings: ApiSettings): JsonObject {
  return parseJsonObject(body, "Unable to parse the body", settings);
}

/** Takes members out of a body and collects what is wrong with them; throws invalid_request with all of it. */
class Reader {
  readonly #members: Map<string, JsonValue>;
  readonly #known: string[] = [];
  readonly #mistakes: ErrorDetail[] = [];

  constructor(body: JsonObject) {
    this.#members = new Map(isJsonObject(body) ? Object.entries(body) : []);
  }

  take(name: string): JsonValue | undefined {
    this.#known.push(name);
    const value = this.#members.get(name);
    this.#members.delete(name);
    return value;
  }

  task(): string {
    const task = this.take("task");
    if (typeof task === "string") return task;
    return this.#mistake("task", "must be the text that the poll gave for the task", "");
  }

  text(name: string, longest: number): string | undefined {
    const value = this.take(name);
    if (value === undefined || (typeof value === "string" && value !== "" && value.length <= longest)) return value;
    return this.#mistake(name, `must be a text of 1 to ${longest} characters`, undefined);
  }

  whole(name: string, least: number, most: number): number | undefined {
    const value = this.take(name);
    if (value === undefined) return undefined;
    if (typeof value === "number" && Number.isSafeInteger(value) && value >= least && value <= most) return value;
    return this.#mistake(name, `must be a whole number from ${least} to ${most}`, undefined);
  }

  truth(name: string): boolean | undefined {
    const value = this.take(name);
    if (value === undefined || typeof value === "boolean") return value;
    return this.#mistake(name, "must be true or false", undefined);
  }

  done(): void {
    for (const name of this.#members.keys()) this.#mistake(name, notKnown(name, this.#known), undefined);
    const [first] = this.#mistakes;
    if (first === undefined) return;
    const details = this.#mistakes;
    throw new WorkflowsError("invalid_request", `Invalid body: ${first.at} ${first.message}`, { details });
  }

  #mistake<T>(name: string, message: string, instead: T): T {
    this.#mistakes.push({ at: pointerTo("", name), message });
    return instead;
  }
}
