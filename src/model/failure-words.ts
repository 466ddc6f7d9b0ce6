/** What definitions may name in `retryOn` for tasks of one kind: the kind's own words for how an attempt can fail. */
export interface FailureWords {
  /** Codes of failures that another attempt may heal. */
  readonly codes: readonly string[];
  /** Names for several codes at once. */
  readonly groups: Readonly<Record<string, readonly string[]>>;
  /** Whether failures carry a status code, so that numbers and `5xx` mean something. */
  readonly statusCodes: boolean;
}

/** Of an attempt, of whatever kind, that the task's `timeout` ended. */
export const attemptTimeout = "attempt_timeout";
