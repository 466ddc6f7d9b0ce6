import type { RetryPolicy } from "../model/workflow.ts";

/** No called service may park a job for longer than this by `Retry-After`. */
const maxRetryAfterMs = 3_600_000;

/** Delay before `attempt` (1-based, the first retry is 2), in milliseconds. Full jitter: Brooker, "Exponential Backoff And Jitter", 2015. */
export function retryDelay(policy: RetryPolicy, attempt: number, random: number): number {
  if (policy.kind === "fixed" || policy.delayMs === 0) return policy.delayMs;
  const ceiling = Math.min(policy.maxMs, policy.delayMs * policy.factor ** (attempt - 2));
  return Math.round(policy.jitter === false ? ceiling : ceiling * random);
}

/** The longer of the policy's delay and what the called service asked for. */
export function delayBefore(
  policy: RetryPolicy,
  attempt: number,
  random: number,
  retryAfterMs: number | undefined,
): number {
  const asked = retryAfterMs !== undefined && retryAfterMs > 0 ? Math.min(maxRetryAfterMs, retryAfterMs) : 0;
  return Math.ceil(Math.max(retryDelay(policy, attempt, random), asked));
}
