import type { FailureWords } from "../../../model/failure-words.ts";

/** Why a request was not made, or brought no whole answer. */
export type FailureCode =
  /** The task's own values cannot be sent. */
  | "request_invalid"
  | "address_refused"
  | "dns_failed"
  | "connect_failed"
  | "connect_timeout"
  | "tls_failed"
  /** Closed by the other side before it answered. */
  | "connection_lost"
  | "response_timeout"
  | "body_timeout"
  /** Closed by the other side in the middle of the body. */
  | "body_incomplete"
  /** Not HTTP, or a body that cannot be decompressed. */
  | "response_invalid";

const connection: readonly FailureCode[] = [
  "dns_failed",
  "connect_failed",
  "connect_timeout",
  "tls_failed",
  "connection_lost",
];

const timeout: readonly FailureCode[] = ["connect_timeout", "response_timeout", "body_timeout"];

const inAnswer: readonly FailureCode[] = ["body_incomplete", "response_invalid"];

/** Of an answer whose status does not mean success. */
export const statusFailure = "http_status";

export const httpFailures: FailureWords = {
  codes: [...new Set([...connection, ...timeout, ...inAnswer, statusFailure])],
  groups: { connection, timeout },
  statusCodes: true,
};

export class HttpFailure extends Error {
  readonly code: FailureCode;

  constructor(code: FailureCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "HttpFailure";
    this.code = code;
  }

  /** False where another attempt cannot end differently. */
  get retryable(): boolean {
    return this.code !== "request_invalid" && this.code !== "address_refused";
  }
}

/** What the system says of an error, in one line: its code and message; of many addresses tried, each. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return error.errors.map(reasonOf).join("; ");
  return error instanceof Error ? error.message : String(error);
}
