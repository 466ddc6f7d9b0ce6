import { type ErrorDetail, WorkflowsApiError } from "../errors.ts";

/** The body of a success, if it is an object with these members: whatever listens there may answer 200. Throws `unexpected_answer`. */
export function answerWith<Answer>(reply: Answered, members: readonly (keyof Answer & string)[]): Answer {
  const { body } = reply;
  if (isObject(body) && members.every((name) => Object.hasOwn(body, name))) return body as Answer;
  throw unexpected(reply);
}

/** The same for a list. */
export function listIn<Member>(reply: Answered): readonly Member[] {
  if (Array.isArray(reply.body)) return reply.body as readonly Member[];
  throw unexpected(reply);
}

interface Answered {
  readonly status: number;
  readonly body: unknown;
}

function unexpected({ status, body }: Answered, retryAfterMs?: number): WorkflowsApiError {
  const said = isObject(body) && typeof body["error"] === "string" ? body["error"] : undefined;
  const told = said === undefined ? "" : `: ${said}`;
  return new WorkflowsApiError(`The answer (${status}) is not that of a Workflows server${told}`, {
    status,
    code: "unexpected_answer",
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(said !== undefined && { said }),
  });
}

/** What an answer that is no success says. */
export function failureOf({ status, headers }: Response, text: string): WorkflowsApiError {
  const retryAfterMs = retryAfterOf(headers);
  const body = jsonIn(text);
  const told = errorIn(body);
  if (told === undefined) return unexpected({ status, body }, retryAfterMs);
  const { error, code, details } = told;
  return new WorkflowsApiError(error, { status, code, details, ...(retryAfterMs !== undefined && { retryAfterMs }) });
}

/** Seconds, or a date (RFC 9110, section 10.2.3). */
export function retryAfterOf(headers: Headers): number | undefined {
  const text = headers.get("retry-after");
  if (text === null) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, at - Date.now());
}

/** Undefined where it is none. */
function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function errorIn(body: unknown): { error: string; code: string; details: readonly ErrorDetail[] } | undefined {
  if (!isObject(body) || typeof body["error"] !== "string" || typeof body["code"] !== "string") return undefined;
  const details = Array.isArray(body["details"]) ? body["details"].filter(isDetail) : [];
  return { error: body["error"], code: body["code"], details };
}

function isDetail(value: unknown): value is ErrorDetail {
  return isObject(value) && typeof value["at"] === "string" && typeof value["message"] === "string";
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
