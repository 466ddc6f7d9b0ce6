import type { FailureWords } from "../../model/failure-words.ts";
import type { JsonObject } from "../../model/json.ts";
import { lossPolicies, maxAttemptSeconds, maxFactor, maxRetries, maxSeconds } from "./fields.ts";
import { namedFailures, statusPattern } from "./retry-on.ts";

const seconds = (description: string): JsonObject => ({ type: "number", minimum: 0, maximum: maxSeconds, description });

/** How often a whole job is retried. */
export function jobPolicyProperties(): JsonObject {
  const { retries, ...delays } = repeating;
  const description = "How often a job that would fail goes on from its failed tasks instead, by itself.";
  return { retries: { ...retries, description }, ...delays };
}

/** How a task is repeated. `failures`: what tasks of each kind can name in `retryOn`. */
export function policyProperties(failures: readonly FailureWords[]): JsonObject {
  return { ...repeating, retryOn: retryOnSchema(failures), whenLost, timeout, totalTimeout };
}

const whenLost: JsonObject = {
  enum: [...lossPolicies],
  default: "retry",
  description:
    "What becomes of the task when its worker is lost while it runs: run again, or failed, so that it runs at most once.",
};

const timeout: JsonObject = {
  type: "number",
  minimum: 0.001,
  maximum: maxAttemptSeconds,
  description: "Seconds that one attempt may take. Default: as long as the task's own part allows.",
};

const totalTimeout: JsonObject = {
  type: "number",
  minimum: 0.001,
  maximum: maxSeconds,
  description: "Seconds from the moment the task is due to its end, with all attempts and delays. Default: no limit.",
};

function retryOnSchema(failures: readonly FailureWords[]): JsonObject {
  return {
    type: "array",
    minItems: 1,
    items: {
      anyOf: [
        { enum: [...new Set(failures.flatMap(namedFailures))] },
        { type: "integer", minimum: 200, maximum: 599 },
        { type: "string", pattern: statusPattern },
      ],
    },
    description:
      "Which failures are repeated: their codes, connection, timeout, status codes, 4xx or 5xx. Default: all that another attempt may heal.",
  };
}

const repeating: Readonly<Record<"retries" | "retryDelaySeconds" | "backoff", JsonObject>> = {
  retries: {
    type: "integer",
    minimum: 0,
    maximum: maxRetries,
    default: 0,
    description: "How often a failed attempt is repeated.",
  },
  retryDelaySeconds: seconds(
    "Delay between attempts; fixed, unless there is a backoff. Without both: 1 s doubled at each attempt up to a minute, with jitter.",
  ),
  backoff: {
    type: "object",
    additionalProperties: false,
    description: "Makes the delay grow with each retry. Its first value is retryDelaySeconds, or 1 s.",
    properties: {
      factor: {
        type: "number",
        minimum: 1,
        maximum: maxFactor,
        default: 2,
        description: "Each delay is the one before times this.",
      },
      maxDelaySeconds: seconds(
        "No delay is longer; at least the first one. Default: a minute, or the first delay where that is longer.",
      ),
      jitter: {
        type: "boolean",
        default: true,
        description:
          "A random part of the delay instead of the whole, so that jobs that failed together come back spread out.",
      },
    },
  },
};
