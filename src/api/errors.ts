import type { ErrorCode } from "../model/errors.ts";

export interface ErrorRow {
  /** HTTP status. */
  readonly status: number;
  /** The text of `error` where the place that refused has nothing better to say. */
  readonly message: string;
}

/** Every error that a client can get, and the only place that knows its HTTP status. `docs/reference/errors.md` explains each. */
export const errorTable: Readonly<Record<ErrorCode, ErrorRow>> = {
  invalid_request: { status: 400, message: "Invalid request" },
  invalid_body: { status: 400, message: "Unable to parse the body" },
  missing_input_parameters: { status: 400, message: "Missing input parameters" },
  invalid_definition: { status: 400, message: "Invalid workflow definition" },
  unauthenticated: { status: 401, message: "An API token is needed" },
  forbidden: { status: 403, message: "The API token does not allow this" },
  host_refused: { status: 403, message: "Host refused" },
  origin_refused: { status: 403, message: "Origin refused" },
  workflow_not_found: { status: 404, message: "Workflow not found" },
  job_not_found: { status: 404, message: "not found" },
  task_not_found: { status: 404, message: "The job has no such task" },
  route_not_found: { status: 404, message: "There is no such path; /docs shows those that there are" },
  method_not_allowed: { status: 405, message: "This path does not take this method" },
  request_timeout: { status: 408, message: "The request took too long to arrive" },
  not_allowed_in_state: { status: 409, message: "The state of the job does not allow this" },
  not_awaited: { status: 409, message: "The job does not wait for this event" },
  definition_missing: { status: 409, message: "The definition by which the job runs is gone" },
  job_incomplete: { status: 409, message: "A part of the job is gone" },
  job_too_new: { status: 409, message: "Only a newer release can read the job" },
  lease_lost: { status: 409, message: "The task is not yours any more" },
  idempotency_conflict: { status: 409, message: "This Idempotency-Key was used with another body" },
  workflow_exists: { status: 409, message: "Workflow already exists" },
  input_too_large: { status: 413, message: "The body is too large" },
  uri_too_long: { status: 414, message: "A part of the path is too long" },
  unsupported_content_encoding: { status: 415, message: "Bodies are taken without Content-Encoding only" },
  expectation_failed: { status: 417, message: "Of expectations, only 100-continue is known" },
  headers_too_large: { status: 431, message: "The headers are too large" },
  internal: { status: 500, message: "Internal error" },
  overloaded: { status: 503, message: "Too many starts are waiting" },
  store_unavailable: { status: 503, message: "The store does not answer" },
};
