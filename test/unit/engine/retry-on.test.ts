import { expect, test } from "vitest";
import type { Outcome } from "../../../src/model/job/task-execution.ts";
import type { RetryOn } from "../../../src/model/workflow.ts";
import { task, workflow } from "../../support/sample-workflow.ts";
import { at, changeBy, finished, heldJob, types } from "./situation.ts";

const on: RetryOn = {
  codes: ["lost"],
  statusCodes: [
    { from: 500, to: 599 },
    { from: 429, to: 429 },
  ],
};

function failed(code: string, more: { retryable?: boolean; statusCode?: number } = {}): Outcome {
  return { kind: "failed", error: { code, message: "it failed" }, retryable: true, ...more };
}

test.each<[what: string, outcome: Outcome, on: RetryOn | undefined, then: "attempt_failed" | "task_failed"]>([
  ["any failure where nothing is named", failed("other"), undefined, "attempt_failed"],
  ["a code that is named", failed("lost"), on, "attempt_failed"],
  ["a code that is not named", failed("other"), on, "task_failed"],
  ["the first status of a range", failed("status", { statusCode: 500 }), on, "attempt_failed"],
  ["the last status of a range", failed("status", { statusCode: 599 }), on, "attempt_failed"],
  ["a single status", failed("status", { statusCode: 429 }), on, "attempt_failed"],
  ["a status beside it", failed("status", { statusCode: 428 }), on, "task_failed"],
  ["what no attempt can heal, though it is named", failed("lost", { retryable: false }), on, "task_failed"],
])("of %s", (_what, outcome, named, then) => {
  const retry = { kind: "fixed" as const, retries: 1, delayMs: 0, ...(named && { on: named }) };
  const model = workflow(task("0", { retry }));
  const job = heldJob(model);
  expect(types(changeBy(model, job, finished(job, outcome), at(0)))[0]).toBe(then);
});
