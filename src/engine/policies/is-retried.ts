import type { Outcome } from "../../model/job/task-execution.ts";
import type { RetryPolicy } from "../../model/workflow.ts";

/** Whether the failure of attempt `attempt` (1-based) is followed by another attempt. */
export function isRetried(
  { retries, on }: RetryPolicy,
  attempt: number,
  { retryable, error, statusCode }: Extract<Outcome, { kind: "failed" }>,
): boolean {
  if (!retryable || attempt > retries) return false;
  if (on === undefined || on.codes.includes(error.code)) return true;
  return statusCode !== undefined && on.statusCodes.some(({ from, to }) => from <= statusCode && statusCode <= to);
}
