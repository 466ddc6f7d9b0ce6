import { type ErrorDetail, WorkflowsError } from "../../model/errors.ts";
import type { Failure } from "../../model/job/failure.ts";
import { isJsonObject, type JsonObject, type JsonValue, pointerTo } from "../../model/json.ts";
import { parseJsonObject } from "../body.ts";
import type { ApiSettings } from "../settings.ts";

const longestName = 100;
const longestMessage = 4000;
const mostPolled = 100;
const leases = { least: 1000, most: 24 * 3_600_000, usual: 30_000 } as const;

export interface PollBody {
  readonly worker?: string;
  readonly limit: number;
  readonly leaseMs: number;
}

export interface TaskBody {
  readonly task: string;
}

export interface FailBody extends TaskBody {
  readonly error: Failure;
  readonly retryable: boolean;
  readonly retryAfterMs?: number;
}

/** All are optional, and so is the body. */
export function parsePoll(body: unknown, settings: ApiSettings): PollBody {
  const isEmpty = body === undefined || (Buffer.isBuffer(body) && body.length === 0);
  const read = new Reader(isEmpty ? {} : parse(body, settings));
  const worker = read.text("worker", longestName);
  const limit = read.whole("limit", 1, mostPolled) ?? 1;
  const leaseMs = read.whole("leaseMs", leases.least, leases.most) ?? leases.usual;
  read.done();
  return { limit, leaseMs, ...(worker !== undefined && { worker }) };
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
  readonly #mistakes: ErrorDetail[] = [];

  constructor(body: JsonObject) {
    this.#members = new Map(isJsonObject(body) ? Object.entries(body) : []);
  }

  take(name: string): JsonValue | undefined {
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
    for (const name of this.#members.keys()) this.#mistake(name, "is not known", undefined);
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
