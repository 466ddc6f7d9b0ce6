import { cutText } from "../cut-text.ts";
import type { TaskResult } from "../job/task-execution.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";

/** What an attempt asked and how it was answered, in a few words for people. */
export interface Told {
  readonly request?: string;
  readonly answer?: string;
}

/** Bytes of each of the two. */
export const maxToldBytes = 1024;

/** Bytes of all that one job's history keeps of these: it stands beside the job, in one document on MongoDB. */
export const maxTold = 1024 * 1024;

/** Short and without secrets: they are hidden in the whole text before it is cut, because nobody finds half of a secret. `type`: of the task. */
export function toldOf(type: string, { request, response }: TaskResult, hide: (text: string) => string): Told {
  const asked = request === undefined ? "" : requestText(type, request);
  const answered = response === undefined ? "" : answerText(type, response);
  return {
    ...(asked !== "" && { request: short(asked, hide) }),
    ...(answered !== "" && { answer: short(answered, hide) }),
  };
}

/** Bytes that it takes in a history. */
export function toldBytes({ request = "", answer = "" }: Told): number {
  return Buffer.byteLength(request) + Buffer.byteLength(answer);
}

function short(text: string, hide: (text: string) => string): string {
  return cutText(hide(text), maxToldBytes);
}

function requestText(type: string, request: JsonValue): string {
  if (!isJsonObject(request)) return textOf(request);
  switch (type) {
    case "http":
      return words(request["method"], request["uri"]);
    case "cli":
      return listOf(request["command"]).map(argument).join(" ");
    case "nats":
      return words("publish", request["subject"], "to", request["server"]);
    case "smtp":
      return mailText(request);
    case "external":
      return words("queue", request["queue"]);
    case "wait":
      return words("event", request["event"], "told by", request["by"]);
    default:
      return textOf(request);
  }
}

function answerText(type: string, response: JsonValue): string {
  if (!isJsonObject(response)) return textOf(response);
  switch (type) {
    case "http":
      return words(response["statusCode"], response["body"]);
    case "cli":
      return commandEnd(response);
    default:
      return textOf(response["json"] ?? response);
  }
}

function mailText({ sender, recipients, message }: JsonObject): string {
  const subject = /^Subject: .*$/m.exec(textOf(message).split("\n\n", 1)[0] ?? "")?.[0];
  return [`mail from ${textOf(sender)} to ${listOf(recipients).join(", ")}`, ...(subject ? [subject] : [])].join("; ");
}

/** How it ended, then what it said of that: its error output where there is one. */
function commandEnd({ exitCode, signal, error, body }: JsonObject): string {
  const end = signal === undefined ? `exit ${textOf(exitCode)}` : `ended by ${textOf(signal)}`;
  const said = [error, body].map(textOf).filter((text) => text.trim() !== "");
  return [end, ...said].join("\n");
}

/** As one would type it. */
function argument(text: string): string {
  return /^[\w@%+=:,./*-]+$/.test(text) ? text : JSON.stringify(text);
}

function words(...parts: readonly (JsonValue | undefined)[]): string {
  return parts
    .map(textOf)
    .filter((part) => part !== "")
    .join(" ");
}

function listOf(value: JsonValue | undefined): string[] {
  return Array.isArray(value) ? value.map(textOf) : [];
}

function textOf(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
