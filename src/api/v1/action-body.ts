import { type ErrorDetail, WorkflowsError } from "../../model/errors.ts";
import { type JsonValue, pointerTo } from "../../model/json.ts";
import { parseJsonObject } from "../body.ts";
import type { ApiSettings } from "../settings.ts";

const maxReasonLength = 1000;

interface AskBody {
  readonly reason?: string;
}

/** Reads the optional body of what people ask of a job; throws invalid_body, invalid_request. */
export function parseAsk(body: unknown, settings: ApiSettings): AskBody {
  if (body === undefined || (Buffer.isBuffer(body) && body.length === 0)) return {};
  const { reason, ...others } = parseJsonObject(body, "Unable to parse the body", settings);
  const details: ErrorDetail[] = Object.keys(others).map((name) => ({
    at: pointerTo("", name),
    message: "is not known",
  }));
  if (reason !== undefined && !isReason(reason))
    details.push({ at: "/reason", message: `must be a text of at most ${maxReasonLength} characters` });
  if (details.length > 0) throw invalidBody(details);
  return isReason(reason) ? { reason } : {};
}

function isReason(value: JsonValue | undefined): value is string {
  return typeof value === "string" && value.length <= maxReasonLength;
}

function invalidBody(details: readonly ErrorDetail[]): WorkflowsError {
  const first = details[0];
  return new WorkflowsError("invalid_request", `Invalid body: ${first?.at} ${first?.message}`, { details });
}
