import { type Static, Type } from "typebox";
import type { TaskExecution, TaskStatus } from "../../model/job/task-execution.ts";
import { isJsonObject, type JsonValue } from "../../model/json.ts";

export const TaskResultAnswer = Type.Object({
  name: Type.String(),
  type: Type.String(),
  success: Type.Boolean(),
  skipped: Type.Boolean(),
  error: Type.Optional(Type.Object({ code: Type.String(), message: Type.String() })),
  httpRequest: Type.Optional(
    Type.Object({
      uri: Type.String(),
      method: Type.String(),
      body: Type.String(),
      headers: Type.Array(Type.String({ description: "`Name: value`" })),
    }),
  ),
  httpResponse: Type.Optional(
    Type.Object({
      statusCode: Type.Integer(),
      body: Type.String(),
      truncated: Type.Optional(Type.Literal(true)),
    }),
  ),
});

type Answer = Static<typeof TaskResultAnswer>;

const ended: readonly TaskStatus[] = ["completed", "failed", "skipped", "cancelled"];

/** A task's entry in `results`, once it ended; before that it has none. Requests were stored without secrets; `hide` takes out what the answer repeats of them. */
export function menderResult(task: TaskExecution, hide: (text: string) => string): Answer[] {
  if (!ended.includes(task.status)) return [];
  const { name, type, status, error, result } = task;
  const httpRequest = type === "http" ? requestOf(result?.request) : undefined;
  const httpResponse = type === "http" ? responseOf(result?.response, hide) : undefined;
  return [
    {
      name,
      type,
      success: status === "completed" || status === "skipped",
      skipped: status === "skipped",
      ...(error !== undefined && { error }),
      ...(httpRequest !== undefined && { httpRequest }),
      ...(httpResponse !== undefined && { httpResponse }),
    },
  ];
}

function requestOf(request: JsonValue | undefined): Answer["httpRequest"] {
  if (!isJsonObject(request)) return undefined;
  const { uri, method, body, headers } = request;
  return {
    uri: text(uri),
    method: text(method),
    body: text(body),
    headers: Array.isArray(headers) ? headers.map(text) : [],
  };
}

function responseOf(response: JsonValue | undefined, hide: (text: string) => string): Answer["httpResponse"] {
  if (!isJsonObject(response)) return undefined;
  const { statusCode, body, truncated } = response;
  if (typeof statusCode !== "number") return undefined;
  return { statusCode, body: hide(text(body)), ...(truncated === true && { truncated }) };
}

function text(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
