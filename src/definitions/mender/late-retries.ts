import type { DefinitionProblem } from "../../model/errors.ts";
import { type JsonPointer, pointerTo } from "../../model/json.ts";
import type { RetryPolicy } from "../../model/workflow.ts";

/** Warns of retries that are never made, because even the first would come when a time-out is over. `at`: of what is retried; `timeout`: in words. */
export function warnOfLateRetries(
  retry: RetryPolicy | undefined,
  timeoutMs: number | undefined,
  at: JsonPointer,
  timeout: string,
  problems: DefinitionProblem[],
): void {
  if (retry === undefined || retry.retries === 0 || timeoutMs === undefined) return;
  if (retry.kind === "exponential" && retry.jitter !== false) return; // chance may make the first delay a short one
  if (retry.delayMs < timeoutMs) return;
  const message = `no retry is ever made: the first would come ${retry.delayMs / 1000} s after a failure, and ${timeout} is ${timeoutMs / 1000} s`;
  problems.push({ severity: "warning", at: pointerTo(at, "retries"), message });
}
