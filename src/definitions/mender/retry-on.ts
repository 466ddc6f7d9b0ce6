import { closest } from "../../model/closest.ts";
import { attemptTimeout, type FailureWords } from "../../model/failure-words.ts";
import type { JsonValue } from "../../model/json.ts";
import type { RetryOn } from "../../model/workflow.ts";
import { type FieldReader, found } from "./field-reader.ts";

/** Written as `429`, `"429"` or `"5xx"`. */
export const statusPattern = "^[2-5](?:[0-9][0-9]|xx)$";
const status = new RegExp(statusPattern);
const statusClasses = ["2xx", "3xx", "4xx", "5xx"];

/** Which failures `retryOn` names; undefined where it is absent, or names what the task's kind does not know. */
export function retryOnOf(fields: FieldReader, ofKind: FailureWords | undefined): RetryOn | undefined {
  const value = fields.value("retryOn");
  if (value === undefined || ofKind === undefined) return undefined;
  const words = withOurs(ofKind);
  if (!Array.isArray(value) || value.length === 0) {
    const what = Array.isArray(value) ? "an empty one" : found(value);
    fields.error("retryOn", `retryOn must be an array that names at least one failure, not ${what}`);
    return undefined;
  }
  const codes = new Set<string>();
  const statusCodes: RetryOn["statusCodes"][number][] = [];
  for (const [index, item] of value.entries()) {
    const range = words.statusCodes ? statusRange(item) : undefined;
    const named = typeof item === "string" ? codesOf(item, words) : undefined;
    if (range !== undefined) statusCodes.push(range);
    else if (named !== undefined) for (const code of named) codes.add(code);
    else unknown(fields, `retryOn/${index}`, item, words);
  }
  return { codes: [...codes], statusCodes };
}

/** Everything that a task of this kind can name beside numbers. */
export function namedFailures(ofKind: FailureWords): string[] {
  const { codes, groups } = withOurs(ofKind);
  return [...Object.keys(groups), ...codes];
}

/** What any attempt can fail with, of whatever kind. */
function withOurs({ codes, groups, statusCodes }: FailureWords): FailureWords {
  const timeout = [...(groups["timeout"] ?? []), attemptTimeout];
  return { codes: [...codes, attemptTimeout], groups: { ...groups, timeout }, statusCodes };
}

function codesOf(word: string, { codes, groups }: FailureWords): readonly string[] | undefined {
  if (Object.hasOwn(groups, word)) return groups[word];
  return codes.includes(word) ? [word] : undefined;
}

function statusRange(item: JsonValue): { from: number; to: number } | undefined {
  if (typeof item !== "number" && typeof item !== "string") return undefined;
  const written = String(item);
  if (!status.test(written)) return undefined;
  if (!written.endsWith("xx")) return { from: Number(written), to: Number(written) };
  const from = Number(written.charAt(0)) * 100;
  return { from, to: from + 99 };
}

function unknown(fields: FieldReader, place: string, item: JsonValue, words: FailureWords): void {
  const names = [...Object.keys(words.groups), ...words.codes];
  const statuses = words.statusCodes ? ", status codes from 200 to 599 such as 503, and 4xx or 5xx" : "";
  const known = `known are ${names.join(", ")}${statuses}`;
  const candidates = words.statusCodes ? [...names, ...statusClasses] : names;
  fields.error(
    place,
    `unknown failure ${found(item)}; ${known}`,
    typeof item === "string" ? closest(item, candidates) : undefined,
  );
}
