import { expect, test } from "vitest";
import type { Outcome } from "../../../src/model/job/task-execution.ts";
import { sequence, task, workflow } from "../../support/sample-workflow.ts";
import { after, at, changeBy, finished, heldJob, succeeded, types } from "./situation.ts";

const model = workflow(sequence(task("0"), task("1"), task("2")));

function answer(bytes: number): Outcome {
  return { kind: "succeeded", result: { response: { body: "x".repeat(bytes) } } };
}

test("a result over its limit fails the task with the figures, and is not kept", () => {
  const job = heldJob(model);
  const limits = { maxResultBytes: 5000 };
  const change = changeBy(model, job, finished(job, answer(7000)), at(1, { limits }));
  const error = {
    code: "result_too_large",
    message: expect.stringMatching(/7008 bytes.*5000.*max_result_bytes/) as string,
  };
  expect(change).toMatchObject({ status: "failed", error, bytes: job.bytes });
  expect(change.tasks).toMatchObject([{ path: "0", status: "failed", error }]);
  expect(change.tasks[0]).not.toHaveProperty("result");
  expect(types(change)).toEqual(["task_failed", "job_failed"]);
});

test("a body as large as the limit is taken, with what stands around it", () => {
  const job = heldJob(model);
  const result = { response: { statusCode: 200, headers: { server: "s" }, body: "x".repeat(5000) } };
  const change = changeBy(
    model,
    job,
    finished(job, { kind: "succeeded", result }),
    at(1, { limits: { maxResultBytes: 5000 } }),
  );
  expect(change.tasks[0]).toMatchObject({ status: "completed" });
});

test("the limit counts bytes, not characters", () => {
  const job = heldJob(model);
  const result = { response: "€".repeat(2100) };
  const change = changeBy(
    model,
    job,
    finished(job, { kind: "succeeded", result }),
    at(1, { limits: { maxResultBytes: 5000 } }),
  );
  expect(change).toMatchObject({ status: "failed", error: { code: "result_too_large" } });
});

test("results that make the job too large fail it, and those before are kept", () => {
  const moment = at(1, { limits: { maxJobBytes: 10_000 } });
  let job = heldJob(model);
  job = after(model, job, finished(job, answer(6000)), moment);
  const change = changeBy(model, job, finished(job, answer(6000)), moment);
  const error = { code: "job_too_large", message: expect.stringContaining("max_job_bytes") as string };
  expect(change).toMatchObject({ status: "failed", error, bytes: job.bytes });
  expect(change.tasks).toMatchObject([{ path: "1", status: "failed", error }]);
  expect(change.tasks[0]).not.toHaveProperty("result");
  expect(types(change)).toEqual(["task_failed", "job_failed"]);
  expect(job.tasks[0]).toMatchObject({ path: "0", status: "completed", result: { response: {} } });
});

test("a failed task that would make the job too large fails for its own reason, without its result", () => {
  const job = heldJob(model);
  const error = { code: "bad_status", message: "the service answered 500" };
  const outcome: Outcome = { kind: "failed", retryable: false, error, result: { response: "x".repeat(20_000) } };
  const change = changeBy(model, job, finished(job, outcome), at(1, { limits: { maxJobBytes: 10_000 } }));
  expect(change).toMatchObject({ status: "failed", error, bytes: job.bytes });
  expect(change.tasks[0]).not.toHaveProperty("result");
});

test("a job that would have too many task executions fails, with the results so far", () => {
  const limits = { maxTaskExecutions: 2 };
  let job = heldJob(model);
  job = after(model, job, finished(job, succeeded), at(1, { limits }));
  job = after(model, job, finished(job, succeeded), at(2, { limits }));
  expect(job).toMatchObject({ status: "failed", error: { code: "too_many_task_executions" } });
  expect(job.tasks.map(({ status }) => status)).toEqual(["completed", "completed"]);
});
