import { STATUS_CODES } from "node:http";
import { firstBytes } from "../../../model/cut-text.ts";
import type { Outcome } from "../../../model/job/task-execution.ts";
import type { JsonValue } from "../../../model/json.ts";
import { bodyText } from "./body-text.ts";
import { decompress } from "./decompress.ts";
import { type Answer, headerOf } from "./exchange.ts";
import { HttpFailure, statusFailure } from "./failure.ts";
import type { Redactor } from "./redact.ts";
import { retryAfterMs } from "./retry-after.ts";

/** What an answer means. `request`: as people may read it. */
export async function outcomeOf(
  answer: Answer,
  statusCodes: readonly number[] | undefined,
  maxBytes: number,
  redactor: Redactor,
  request: JsonValue,
): Promise<Outcome> {
  const { statusCode, headers } = answer;
  let response: JsonValue;
  try {
    response = await responseOf(answer, maxBytes);
  } catch (error) {
    if (!(error instanceof HttpFailure)) throw error;
    return failureOutcome(new HttpFailure(error.code, `status ${statusCode}, but ${error.message}`), redactor, request);
  }
  const result = { request, response };
  const success = statusCodes === undefined ? statusCode < 400 : statusCodes.includes(statusCode);
  if (success) return { kind: "succeeded", result };
  const wait = retryAfterMs(headers, Date.now());
  return {
    kind: "failed",
    error: { code: statusFailure, message: statusMessage(statusCode, statusCodes) },
    result,
    retryable: true,
    statusCode,
    ...(wait !== undefined && { retryAfterMs: wait }),
  };
}

/** Of a request that was not made, or brought no whole answer. `request`: as people may read it. */
export function failureOutcome(failure: HttpFailure, redactor: Redactor, request?: JsonValue): Outcome {
  return {
    kind: "failed",
    error: { code: failure.code, message: redactor.text(failure.message) },
    ...(request !== undefined && { result: { request } }),
    retryable: failure.retryable,
  };
}

function statusMessage(statusCode: number, wanted: readonly number[] | undefined): string {
  const name = STATUS_CODES[statusCode];
  const answered = `the service answered ${statusCode}${name === undefined ? "" : ` ${name}`}`;
  return wanted === undefined ? answered : `${answered}; statusCodes allows ${wanted.join(", ")}`;
}

async function responseOf({ statusCode, headers, body, truncated }: Answer, maxBytes: number): Promise<JsonValue> {
  const coding = headerOf(headers, "content-encoding");
  const received = { bytes: body, truncated };
  const plain = coding === undefined ? received : await decompress(received, coding, maxBytes);
  const { text, replaced } = bodyText(plain.bytes, headerOf(headers, "content-type") ?? "", plain.truncated);
  const kept = firstBytes(text, maxBytes); // characters may take more bytes than they came in
  return {
    statusCode,
    body: kept,
    ...((plain.truncated || kept.length < text.length) && { truncated: true }),
    ...(replaced && { replaced: true }),
  };
}
