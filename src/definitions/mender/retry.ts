import type { DefinitionProblem } from "../../model/errors.ts";
import type { FailureWords } from "../../model/failure-words.ts";
import { isJsonObject } from "../../model/json.ts";
import type { ExponentialRetryPolicy, FixedRetryPolicy, RetryPolicy } from "../../model/workflow.ts";
import { FieldReader, found } from "./field-reader.ts";
import { backoffFields, maxFactor, maxRetries, maxSeconds } from "./fields.ts";
import { retryOnOf } from "./retry-on.ts";

/** Where the definition names neither a delay nor a back-off. */
const exponential = { kind: "exponential", delayMs: 1000, factor: 2, maxMs: 60_000 } as const;

/** A delay that the definition names is kept to, unless it grows by `backoff`; without both, retries back off. */
export function retryOf(
  fields: FieldReader,
  words: FailureWords | undefined,
  problems: DefinitionProblem[],
): RetryPolicy {
  const on = retryOnOf(fields, words);
  return { ...repetitionsOf(fields, ["backoff", "retryOn"], "task", problems), ...(on !== undefined && { on }) };
}

/** How often a whole job is retried by itself; undefined where the definition does not say so. */
export function jobRetryOf(fields: FieldReader, problems: DefinitionProblem[]): RetryPolicy | undefined {
  const policy = repetitionsOf(fields, ["retryDelaySeconds", "backoff"], "workflow", problems);
  return policy.retries === 0 ? undefined : policy;
}

function repetitionsOf(
  fields: FieldReader,
  needRetries: readonly string[],
  what: "task" | "workflow",
  problems: DefinitionProblem[],
): RetryPolicy {
  const retries = fields.whole("retries", 0, maxRetries) ?? 0;
  const isMistaken = retries === 0 && (fields.value("retries") ?? 0) !== 0; // which is told by itself
  if (retries === 0 && !isMistaken)
    for (const name of needRetries)
      if (fields.value(name) !== undefined) fields.warning(name, `has no effect: the ${what} has no retries`);
  return { ...delaysOf(fields, problems), retries };
}

type Delays = Omit<FixedRetryPolicy, "retries"> | Omit<ExponentialRetryPolicy, "retries">;

function delaysOf(fields: FieldReader, problems: DefinitionProblem[]): Delays {
  const delay = fields.seconds("retryDelaySeconds", 0, maxSeconds);
  const delayMs = delay === undefined ? undefined : Math.round(delay * 1000);
  const backoff = fields.value("backoff");
  if (backoff === undefined) return delayMs === undefined ? exponential : { kind: "fixed", delayMs };
  if (!isJsonObject(backoff)) {
    fields.error("backoff", `backoff must be an object with ${backoffFields.join(", ")}, not ${found(backoff)}`);
    return exponential;
  }
  const parts = new FieldReader(backoff, fields.pointer("backoff"), backoffFields, problems);
  return growing(parts, delayMs ?? exponential.delayMs);
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
