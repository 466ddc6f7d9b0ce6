import { expect, test } from "vitest";
import { delayBefore } from "../../../src/engine/retry-delay.ts";
import type { RetryPolicy } from "../../../src/model/workflow.ts";
import { task, workflow } from "../../support/sample-workflow.ts";
import { at, begin, changeBy, failure, finished, heldJob } from "./situation.ts";

const fixed: RetryPolicy = { kind: "fixed", retries: 255, delayMs: 250 };
const exponential: RetryPolicy = { kind: "exponential", retries: 255, delayMs: 100, factor: 2, maxMs: 60_000 };
const hour = 3_600_000;

test.each([
  ["fixed: chance has no say", fixed, 2, 0.9, undefined, 250],
  ["fixed: the same each time", fixed, 17, 0.1, undefined, 250],
  ["exponential: the first retry waits up to the delay", exponential, 2, 0.999, undefined, 100],
  ["exponential: doubled for each further one", exponential, 5, 0.5, undefined, 400],
  ["exponential: at most the maximum", exponential, 200, 0.999, undefined, 59_940],
  ["exponential without jitter: chance has no say", { ...exponential, jitter: false }, 5, 0.1, undefined, 800],
  ["exponential without jitter: at most the maximum", { ...exponential, jitter: false }, 200, 0.1, undefined, 60_000],
  ["exponential: full jitter may wait not at all", exponential, 7, 0, undefined, 0],
  [
    "no delay stays none, however large the factor grows",
    { ...exponential, delayMs: 0, factor: 1e9 },
    250,
    0.5,
    undefined,
    0,
  ],
  ["beyond all numbers: the maximum", { ...exponential, factor: 1e9 }, 250, 0.5, undefined, 30_000],
  ["the service asks for more than the policy", fixed, 2, 0.5, 5000, 5000],
  ["the service asks for less than the policy", fixed, 2, 0.5, 100, 250],
  ["the service asks for too much", fixed, 2, 0.5, 10 * hour, hour],
  ["the service asks for ever", fixed, 2, 0.5, Number.POSITIVE_INFINITY, hour],
  ["the service asks for nonsense", fixed, 2, 0.5, Number.NaN, 250],
  ["the service asks for the past", fixed, 2, 0.5, -1000, 250],
  ["a policy longer than the cap is the definition's own will", { ...fixed, delayMs: 2 * hour }, 2, 0.5, 5, 2 * hour],
  ["times are whole milliseconds", { ...fixed, delayMs: 0.25 }, 2, 0.5, 10.5, 11],
] satisfies [string, RetryPolicy, number, number, number | undefined, number][])(
  "%s",
  (_what, policy, attempt, random, retryAfterMs, delayMs) => {
    expect(delayBefore(policy, attempt, random, retryAfterMs)).toBe(delayMs);
  },
);

test("a Retry-After moves the next attempt, and a job in a long wait is given back", () => {
  const model = workflow(task("0", { retry: fixed }));
  const job = heldJob(model);
  const asked = failure({ retryable: true, retryAfterMs: 90_000 });
  const change = changeBy(model, job, finished(job, asked), at(0));
  expect(change).toMatchObject({ readyAt: begin + 90_000, lease: "release" });
  expect(change.tasks).toMatchObject([{ attempt: 2, readyAt: begin + 90_000 }]);
});
