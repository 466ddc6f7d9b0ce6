import type { EndedJob } from "./ended-job.ts";

/** A mistake in what was sent, with its place. */
export interface ErrorDetail {
  /** JSON pointer into the body, or the name of a query parameter behind a slash. */
  readonly at: string;
  readonly message: string;
}

/** The server answered, and it was no success. `code` is for programs: `docs/reference/errors.md` explains each. */
export class WorkflowsApiError extends Error {
  override readonly name = "WorkflowsApiError";
  /** As `job_not_found`; `unexpected_answer` where the answer is none of a Workflows server, but of a proxy, say. */
  readonly code: string;
  /** HTTP status. */
  readonly status: number;
  /** Each mistake; often empty. */
  readonly details: readonly ErrorDetail[];
  /** How long the server asks to wait before another try, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** With `unexpected_answer`: the text in its `error`, where it has one. */
  readonly said: string | undefined;

  constructor(
    message: string,
    fields: Pick<WorkflowsApiError, "code" | "status"> &
      Partial<Pick<WorkflowsApiError, "details" | "retryAfterMs" | "said">>,
  ) {
    super(message);
    this.code = fields.code;
    this.status = fields.status;
    this.details = fields.details ?? [];
    this.retryAfterMs = fields.retryAfterMs;
    this.said = fields.said;
  }
}

/** Why there was no answer: nothing listens there, which only Node can tell; it took too long; or the connection broke, or never came about. */
export type ConnectionFailure = "not_reached" | "timed_out" | "broken";

/** There was no answer. What was asked for may have been done, unless the `code` is `not_reached`. */
export class WorkflowsConnectionError extends Error {
  override readonly name = "WorkflowsConnectionError";
  readonly code: ConnectionFailure;

  constructor(message: string, code: ConnectionFailure = "broken") {
    super(message);
    this.code = code;
  }
}

/** What was asked for cannot be sent at all: a name that cannot stand in a path, a key that cannot stand in a header. */
export class NotSendable extends TypeError {}

/** The job had not ended when the time for waiting was over. It goes on. */
export class WaitTimeout extends Error {
  override readonly name = "WaitTimeout";
  readonly id: string;

  constructor(id: string, timeoutMs: number) {
    super(`Job ${id} has not ended within ${timeoutMs} ms`);
    this.id = id;
  }
}

/** The job ended in another state than `completed`, where that was asked for. */
export class JobFailed extends Error {
  override readonly name = "JobFailed";
  readonly job: EndedJob;

  constructor(job: EndedJob) {
    super(
      `Job ${job.id} of ${job.workflowName} is ${job.state}${job.error === undefined ? "" : `: ${job.error.message}`}`,
    );
    this.job = job;
  }
}
