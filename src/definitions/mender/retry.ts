import type { DefinitionProblem } from "../../model/errors.ts";
import { isJsonObject, pointerTo } from "../../model/json.ts";
import type { ExponentialRetryPolicy, RetryPolicy } from "../../model/workflow.ts";
import { FieldReader, found } from "./field-reader.ts";
import { backoffFields, maxFactor, maxRetries, maxSeconds } from "./fields.ts";

/** Where the definition names neither a delay nor a back-off. */
const exponential = { kind: "exponential", delayMs: 1000, factor: 2, maxMs: 60_000 } as const;

/** A delay that the definition names is kept to, unless it grows by `backoff`; without both, retries back off. */
export function retryOf(fields: FieldReader, problems: DefinitionProblem[]): RetryPolicy {
  const retries = fields.whole("retries", 0, maxRetries) ?? 0;
  const delay = fields.seconds("retryDelaySeconds", 0, maxSeconds);
  const delayMs = delay === undefined ? undefined : Math.round(delay * 1000);
  const backoff = fields.value("backoff");
  if (backoff === undefined)
    return delayMs === undefined ? { ...exponential, retries } : { kind: "fixed", retries, delayMs };
  if (retries === 0) fields.warning("backoff", "has no effect: the task has no retries");
  if (!isJsonObject(backoff)) {
    fields.error("backoff", `backoff must be an object with ${backoffFields.join(", ")}, not ${found(backoff)}`);
    return { ...exponential, retries };
  }
  const parts = new FieldReader(backoff, pointerTo(fields.at, "backoff"), backoffFields, problems);
  return { ...growing(parts, delayMs ?? exponential.delayMs), retries };
}

function growing(fields: FieldReader, delayMs: number): Omit<ExponentialRetryPolicy, "retries"> {
  const factor = fields.number("factor", 1, maxFactor) ?? exponential.factor;
  const most = fields.seconds("maxDelaySeconds", 0, maxSeconds);
  const maxMs = most === undefined ? Math.max(exponential.maxMs, delayMs) : Math.round(most * 1000);
  if (maxMs < delayMs)
    fields.error("maxDelaySeconds", `maxDelaySeconds must be at least the first delay, which is ${delayMs / 1000} s`);
  const jitter = fields.flag("jitter", true);
  return { kind: "exponential", delayMs, factor, maxMs, ...(!jitter && { jitter }) };
}
