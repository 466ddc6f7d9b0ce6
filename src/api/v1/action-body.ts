import { type ErrorDetail, WorkflowsError } from "../../model/errors.ts";
import { type JsonObject, type JsonValue, pointerTo } from "../../model/json.ts";
import { parseJsonObject } from "../body.ts";
import type { ApiSettings } from "../settings.ts";

const maxReasonLength = 1000;

interface AskBody {
  readonly reason?: string;
}

interface RestartBody extends AskBody {
  readonly version?: number;
}

/** Reads the optional body of what people ask of a job; throws invalid_body, invalid_request. */
export function parseAsk(body: unknown, settings: ApiSettings): AskBody {
  const { reason, ...others } = objectOf(body, settings);
  throwIfAny([...unknown(others), ...reasonMistakes(reason)]);
  return isReason(reason) ? { reason } : {};
}

/** The same with a version of the workflow. */
export function parseRestart(body: unknown, settings: ApiSettings): RestartBody {
  const { reason, version, ...others } = objectOf(body, settings);
  const mistakes = [...unknown(others), ...reasonMistakes(reason)];
  if (version !== undefined && !isVersion(version))
    mistakes.push({ at: "/version", message: "must be a whole number, a version of the job's workflow" });
  throwIfAny(mistakes);
  return { ...(isReason(reason) && { reason }), ...(isVersion(version) && { version }) };
}

function objectOf(body: unknown, settings: ApiSettings): JsonObject {
  if (body === undefined || (Buffer.isBuffer(body) && body.length === 0)) return {};
  return parseJsonObject(body, "Unable to parse the body", settings);
}

function unknown(others: JsonObject): ErrorDetail[] {
  return Object.keys(others).map((name) => ({ at: pointerTo("", name), message: "is not known" }));
}

function reasonMistakes(reason: JsonValue | undefined): ErrorDetail[] {
  if (reason === undefined || isReason(reason)) return [];
  return [{ at: "/reason", message: `must be a text of at most ${maxReasonLength} characters` }];
}

function isReason(value: JsonValue | undefined): value is string {
  return typeof value === "string" && value.length <= maxReasonLength;
}

function isVersion(value: JsonValue | undefined): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function throwIfAny(details: readonly ErrorDetail[]): void {
  const [first] = details;
  if (first === undefined) return;
  throw new WorkflowsError("invalid_request", `Invalid body: ${first.at} ${first.message}`, { details });
}
