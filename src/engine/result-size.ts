import type { Moment } from "../model/decision/moment.ts";
import { type ExecutionName, executionAt } from "../model/job/executions.ts";
import type { Failure } from "../model/job/failure.ts";
import type { Job } from "../model/job/job.ts";
import type { TaskExecution, TaskResult } from "../model/job/task-execution.ts";
import type { JsonValue } from "../model/json.ts";

/** What may stand around a response's body (status, headers, flags) beside `maxResultBytes` of the body itself. */
const envelopeBytes = 1024;

/** Bytes of the texts in a value, 8 for anything else: near enough to what it takes to store, without serialising it. */
export function bytesOf(value: JsonValue | TaskResult | undefined): number {
  if (typeof value === "string") return Buffer.byteLength(value);
  if (typeof value !== "object" || value === null) return value === undefined ? 0 : 8;
  let bytes = 8;
  for (const member of Object.values(value) as (JsonValue | undefined)[]) bytes += bytesOf(member);
  return bytes;
}

/** The job as it weighs once these of its executions, as they are or begun anew, have no result any more. */
export function withoutResults(job: Job, tasks: readonly ExecutionName[]): Job {
  const bytes = tasks.reduce((sum, task) => sum - bytesOf(executionAt(job.tasks, task)?.result), job.bytes);
  return { ...job, bytes };
}

/**
 * Why a result may not be kept, if so. Of a single result only the response counts: the request is bounded where it is
 * recorded. Of the job everything that it keeps does.
 */
export function sizeFailure(job: Job, task: TaskExecution, result: TaskResult, moment: Moment): Failure | undefined {
  const { maxResultBytes, maxJobBytes } = moment.limits;
  const bytes = bytesOf(result.response);
  if (bytes > maxResultBytes + envelopeBytes)
    return {
      code: "result_too_large",
      message: `The result has ${bytes} bytes, over the limit of ${maxResultBytes} (max_result_bytes)`,
    };
  if (job.bytes - bytesOf(task.result) + bytesOf(result) > maxJobBytes)
    return {
      code: "job_too_large",
      message: `Input and results together are over ${maxJobBytes} bytes (max_job_bytes)`,
    };
  return undefined;
}
