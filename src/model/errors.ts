import type { JsonPointer } from "./json.ts";

/** Every code that a user can meet as an error of the API; `api/errors.ts` gives each its HTTP status and `docs/reference/errors.md` its page. */
export type ErrorCode =
  | "invalid_body"
  | "invalid_request"
  | "missing_input_parameters"
  | "invalid_definition"
  | "workflow_not_found"
  | "job_not_found"
  | "task_not_found"
  | "route_not_found"
  | "method_not_allowed"
  | "not_allowed_in_state"
  | "not_awaited"
  | "definition_missing"
  | "job_incomplete"
  | "job_too_new"
  | "lease_lost"
  | "idempotency_conflict"
  | "workflow_exists"
  | "input_too_large"
  | "uri_too_long"
  | "headers_too_large"
  | "unsupported_content_encoding"
  | "expectation_failed"
  | "request_timeout"
  | "unauthenticated"
  | "forbidden"
  | "host_refused"
  | "origin_refused"
  | "overloaded"
  | "store_unavailable"
  | "internal";

export interface ErrorDetail {
  /** Where in the body or the query. */
  readonly at: JsonPointer;
  readonly message: string;
}

/** An error with a place in the table. Thrown where found, translated once at the edge. */
export class WorkflowsError extends Error {
  readonly code: ErrorCode;
  readonly details: readonly ErrorDetail[];
  /** For 503: when to try again. */
  readonly retryAfterMs: number | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: { details?: readonly ErrorDetail[]; retryAfterMs?: number; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "WorkflowsError";
    this.code = code;
    this.details = options.details ?? [];
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** The store did not take or give what was asked: nothing kept in memory may be trusted until it answers again. */
export class StoreUnavailable extends WorkflowsError {
  /** It failed before anything was sent that could have changed the store: what is kept in memory is as true as before. */
  readonly nothingWritten: boolean;

  constructor(message: string, cause?: unknown, nothingWritten = false) {
    super("store_unavailable", message, { retryAfterMs: 1000, cause });
    this.name = "StoreUnavailable";
    this.nothingWritten = nothingWritten;
  }
}

/** A start that would wait too long: refused before it is queued, never after. */
export class Overloaded extends WorkflowsError {
  constructor(message: string, retryAfterMs: number) {
    super("overloaded", message, { retryAfterMs });
    this.name = "Overloaded";
  }
}

/** It failed before anything was sent that could have changed the store. */
export function wroteNothing(error: unknown): boolean {
  return error instanceof Overloaded || (error instanceof StoreUnavailable && error.nothingWritten);
}

/** One mistake in a definition. */
export interface DefinitionProblem {
  readonly severity: "error" | "warning";
  readonly at: JsonPointer;
  /** What was found and what would be right. */
  readonly message: string;
  /** "did you mean" for a misspelt name. */
  readonly suggestion?: string;
}

/** A definition, or a kind's part of one, that cannot be used: all mistakes at once. */
export class DefinitionError extends Error {
  readonly problems: readonly DefinitionProblem[];

  constructor(problems: readonly DefinitionProblem[]) {
    super(problems.map((problem) => `${problem.at}: ${problem.message}`).join("\n"));
    this.name = "DefinitionError";
    this.problems = problems;
  }
}

/** Configuration, command line or definition files are wrong (exit code 2), or the store's schema is (3). */
export class StartError extends Error {
  readonly exitCode: 1 | 2 | 3;

  constructor(exitCode: 1 | 2 | 3, message: string) {
    super(message);
    this.name = "StartError";
    this.exitCode = exitCode;
  }
}
