import type { Failure } from "../model/failure.ts";
import type { JsonValue } from "../model/json.ts";
import type { Moment } from "../model/moment.ts";
import type { TaskResult } from "../model/task-execution.ts";

/** What may stand around a response's body (status, headers, flags) beside `maxResultBytes` of the body itself. */
const envelopeBytes = 1024;

/** Bytes of the texts in a value, 8 for anything else: near enough to what it takes to store, without serialising it. */
export function bytesOf(value: JsonValue | TaskResult | undefined): number {
  if (typeof value === "string") return Buffer.byteLength(value);
  if (typeof value !== "object" || value === null) return value === undefined ? 0 : 8;
  let bytes = 8;
  for (const member of Object.values(value)) bytes += bytesOf(member);
  return bytes;
}

/** Why a result may not be kept, if so. Only the response counts: the request is bounded where it is recorded. */
export function sizeFailure(result: TaskResult, moment: Moment): Failure | undefined {
  const bytes = bytesOf(result.response);
  if (bytes <= moment.limits.maxResultBytes + envelopeBytes) return undefined;
  return {
    code: "result_too_large",
    message: `The result has ${bytes} bytes, over the limit of ${moment.limits.maxResultBytes} (max_result_bytes)`,
  };
}
