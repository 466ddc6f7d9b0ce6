import { type Static, Type } from "typebox";
import type { TaskExecution, TaskResult, TaskStatus } from "../../model/job/task-execution.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../model/json.ts";

export const TaskResultAnswer = Type.Object(
  {
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
    cli: Type.Optional(
      Type.Object({
        command: Type.Array(Type.String()),
        output: Type.String(),
        error: Type.String(),
        exitCode: Type.Integer({
          description: "-1 where the command did not run, a signal ended it, or nothing is known of its end",
        }),
        signal: Type.Optional(Type.String()),
        truncated: Type.Optional(Type.Literal(true)),
      }),
    ),
    nats: Type.Optional(
      Type.Object({
        error: Type.String({ description: "Empty where the message was published" }),
        subject: Type.Optional(Type.String()),
        data: Type.Optional(Type.String({ description: "The message, as JSON" })),
        stream: Type.Optional(Type.String({ description: "The JetStream stream that has the message" })),
        seq: Type.Optional(Type.Integer({ description: "Its number there" })),
        duplicate: Type.Optional(
          Type.Boolean({ description: "The stream had it already, from an attempt before: nothing was added" }),
        ),
      }),
    ),
    smtp: Type.Optional(
      Type.Object({
        sender: Type.String(),
        recipients: Type.Array(Type.String()),
        message: Type.String({ description: "Its text as people read it, not as it went over the wire" }),
        error: Type.String(),
        messageId: Type.Optional(Type.String()),
        reply: Type.Optional(Type.String({ description: "What the mail server answered last" })),
      }),
    ),
  },
  { title: "TaskResult" },
);

type Answer = Static<typeof TaskResultAnswer>;

const ended: readonly TaskStatus[] = ["completed", "failed", "skipped", "cancelled", "undone"];

/** A task's entry in `results`, once it ended; before that it has none. Requests were stored without secrets; `hide` takes out what the answer repeats of them. */
export function menderResult(task: TaskExecution, hide: (text: string) => string): Answer[] {
  if (!ended.includes(task.status)) return [];
  const { name, type, status, error, result } = task;
  return [
    {
      name,
      type,
      success: status === "completed" || status === "skipped" || status === "undone",
      skipped: status === "skipped",
      ...(error !== undefined && { error }),
      ...partOf(type, result ?? {}, hide, error?.message ?? ""),
    },
  ];
}

/** The part that a kind of task has in the original's answer. `failure`: why it failed; empty where it did not. */
function partOf(
  type: string,
  { request, response }: TaskResult,
  hide: (text: string) => string,
  failure: string,
): Partial<Answer> {
  const all = { ...(isJsonObject(request) && request), ...(isJsonObject(response) && response) };
  switch (type) {
    case "http": {
      const httpRequest = requestOf(request);
      const httpResponse = responseOf(response, hide);
      return {
        ...(httpRequest !== undefined && { httpRequest }),
        ...(httpResponse !== undefined && { httpResponse }),
      };
    }
    case "cli":
      return {
        cli: {
          command: texts(all["command"]),
          output: hide(text(all["body"] ?? all["output"])),
          error: hide(text(all["error"])),
          exitCode: Number(all["exitCode"] ?? -1),
          ...(all["signal"] !== undefined && { signal: text(all["signal"]) }),
          ...(all["truncated"] === true && { truncated: true as const }),
        },
      };
    case "nats":
      return { nats: natsPart(all, failure, hide) };
    case "smtp": {
      const { messageId, reply } = isJsonObject(all["json"]) ? all["json"] : {};
      return {
        smtp: {
          sender: text(all["sender"]),
          recipients: texts(all["recipients"]),
          message: hide(text(all["message"])),
          error: hide(text(all["error"] ?? failure)),
          ...(messageId !== undefined && { messageId: text(messageId) }),
          ...(reply !== undefined && { reply: hide(text(reply)) }),
        },
      };
    }
    default:
      return {};
  }
}

/** Jobs of the original kept an error and nothing else. */
function natsPart(all: JsonObject, failure: string, hide: (text: string) => string): NonNullable<Answer["nats"]> {
  const { subject, data, json: acknowledged } = all;
  const { stream, seq, duplicate } = isJsonObject(acknowledged) ? acknowledged : {};
  return {
    error: hide(text(all["error"] ?? failure)),
    ...(subject !== undefined && { subject: text(subject) }),
    ...(data !== undefined && { data: text(data) }),
    ...(typeof stream === "string" && { stream }),
    ...(typeof seq === "number" && { seq }),
    ...(typeof duplicate === "boolean" && { duplicate }),
  };
}

function texts(value: JsonValue | undefined): string[] {
  return Array.isArray(value) ? value.map(text) : [];
}

function requestOf(request: JsonValue | undefined): Answer["httpRequest"] {
  if (!isJsonObject(request)) return undefined;
  const { uri, method, body, headers } = request;
  return {
    uri: text(uri),
    method: text(method),
    body: text(body),
    headers: texts(headers),
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
