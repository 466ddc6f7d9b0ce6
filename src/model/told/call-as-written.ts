import { cutText } from "../cut-text.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import type { TaskNode } from "../workflow.ts";

/** For the whole answer to an HTTP request, where the definition names none; ms. */
export const usualReadTimeOutMs = 30_000;

const maxCallBytes = 300;

type Written = Pick<TaskNode, "type" | "spec" | "timeoutMs">;

/**
 * Whom attempts of a task call, in a few words, as its definition writes it: what that renders to is told only when an attempt has ended. Undefined for kinds
 * of which it cannot be said so shortly. Of a URI without the query, of a command without the arguments: there may stand what is nobody's business.
 */
export function callAsWritten({ type, spec }: Written): string | undefined {
  const call = isJsonObject(spec) ? callOf(type, spec) : undefined;
  return call === undefined ? undefined : cutText(call, maxCallBytes);
}

function callOf(type: string, spec: JsonObject): string | undefined {
  switch (type) {
    case "http":
      return `${textOf(spec["method"])} ${withoutQuery(textOf(spec["origin"]) + textOf(spec["target"]))}`;
    case "cli":
      return Array.isArray(spec["command"]) ? textOf(spec["command"][0]) : undefined;
    case "nats":
      return `publish ${subjectOf(spec)}`;
    default:
      return undefined;
  }
}

/** How long an attempt may take; ms. */
interface TimeOut {
  readonly ms: number;
  /** The field of the definition that says it. */
  readonly field: string;
}

/** The time-out that ends an attempt first, as far as its definition tells; undefined where only the worker's settings do. */
export function timeOutAsWritten(task: Written): TimeOut | undefined {
  const { timeoutMs } = task;
  const own = ownTimeOut(task);
  if (timeoutMs === undefined || (own !== undefined && own.ms < timeoutMs)) return own;
  return { ms: timeoutMs, field: "timeout" };
}

function ownTimeOut({ type, spec }: Written): TimeOut | undefined {
  if (!isJsonObject(spec)) return undefined;
  switch (type) {
    case "http":
      return { ms: numberOf(spec["responseTimeoutMs"]) ?? usualReadTimeOutMs, field: "readTimeOut" };
    case "cli":
      return named(spec["executionTimeoutMs"], "executionTimeOut");
    case "smtp":
      return named(spec["timeoutMs"], "timeout");
    default:
      return undefined;
  }
}

function named(value: JsonValue | undefined, field: string): TimeOut | undefined {
  const ms = numberOf(value);
  return ms === undefined ? undefined : { ms, field };
}

function numberOf(value: JsonValue | undefined): number | undefined {
  return typeof value === "number" ? value : undefined;
}

function withoutQuery(uri: string): string {
  return uri.split(/[?#]/, 1)[0] ?? "";
}

function subjectOf({ subject }: JsonObject): string {
  return Array.isArray(subject) ? subject.map((part) => (isJsonObject(part) ? textOf(part["text"]) : "")).join("") : "";
}

/** A text, or a compiled template of one. */
function textOf(value: JsonValue | undefined): string {
  if (typeof value === "string") return value;
  const parts = isJsonObject(value) ? value["$text"] : undefined;
  return Array.isArray(parts) ? parts.map(partOf).join("") : "";
}

/** What the definition says itself, or a reference. */
function partOf(part: JsonValue): string {
  return isJsonObject(part) ? `\${${referenceOf(part)}}` : wordOf(part);
}

function referenceOf({ from, name, path }: JsonObject): string {
  const word = wordOf(name);
  const inside = Array.isArray(path) ? path.map(stepOf).join("") : "";
  switch (from) {
    case "input":
      return `workflow.input.${word}${path === undefined ? "" : ".jsonInput"}${inside}`;
    case "result":
      return `${word}.json${inside}`;
    case "env":
      return `env.${word}`;
    default:
      return `${`${wordOf(from)} ${word}`.trim()}${inside}`;
  }
}

function stepOf(step: JsonValue): string {
  return typeof step === "number" ? `[${step}]` : `.${wordOf(step)}`;
}

function wordOf(value: JsonValue | undefined): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? "");
}
