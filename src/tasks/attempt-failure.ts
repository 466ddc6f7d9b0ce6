/** Why an attempt of one kind failed, by a code of that kind. */
export abstract class AttemptFailure<Code extends string> extends Error {
  readonly code: Code;

  constructor(code: Code, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.code = code;
  }

  /** False where another attempt cannot end differently, or must not be made. */
  abstract get retryable(): boolean;
}

/** How any connection to a server fails. */
export type ConnectionFailureCode =
  | "dns_failed"
  | "connect_failed"
  | "connect_timeout"
  | "tls_failed"
  /** Closed by the other side before it said what was waited for. */
  | "connection_lost";

/** The group `connection` of `retryOn`, the same for every kind that calls a server. */
export const connectionFailures: readonly ConnectionFailureCode[] = [
  "dns_failed",
  "connect_failed",
  "connect_timeout",
  "tls_failed",
  "connection_lost",
];

/** What the system says of an error, in one line: its code and message; of many addresses tried, each. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return error.errors.map(reasonOf).join("; ");
  return error instanceof Error ? error.message : String(error);
}
