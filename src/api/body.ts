import { isUtf8 } from "node:buffer";
import { WorkflowsError } from "../model/errors.ts";
import { isJsonObject, type JsonObject, type JsonPointer, type JsonValue, pointerTo } from "../model/json.ts";
import type { ApiSettings } from "./settings.ts";

/** What a problem is and where. */
interface Problem {
  readonly at: JsonPointer;
  readonly message: string;
}

/** Brackets within brackets that nobody means; a batch of 16 MiB of them would take a gigabyte to parse. */
const deepestParsed = 2000;

/**
 * Reads a body that must be one JSON object, and refuses what could not be stored and given back as it came:
 * bytes that are not UTF-8, lone surrogates, numbers that become infinite, `__proto__` as a name.
 * Of a name that occurs twice in one object the last value counts. `failed` opens the message.
 */
export function parseJsonObject(body: unknown, failed: string, settings: ApiSettings): JsonObject {
  const value = checkedObject(parse(utf8(body, failed).toString("utf8"), failed), failed, settings);
  if (value instanceof WorkflowsError) throw value;
  return value;
}

/**
 * Reads a body that must be a JSON array of at most so many objects: an item each, or what is wrong with it, under the same rules as for a single
 * object. Throws where the body is no such array.
 */
export function parseJsonObjects(
  body: unknown,
  failed: string,
  most: number,
  settings: ApiSettings,
): (JsonObject | WorkflowsError)[] {
  const bytes = utf8(body, failed);
  if (nestsDeeper(bytes, deepestParsed)) throw invalidBody(failed, `values are nested more than ${deepestParsed} deep`);
  const items = parse(bytes.toString("utf8"), failed);
  if (!Array.isArray(items)) throw invalidBody(failed, `a JSON array is needed, this is ${kindOf(items)}`);
  if (items.length > most)
    throw new WorkflowsError("input_too_large", `The array has ${items.length} items; at most ${most} are taken`);
  return items.map((item) => checkedObject(item, failed, settings));
}

/** Brackets inside of texts do not count. */
function nestsDeeper(json: Buffer, most: number): boolean {
  let depth = 0;
  let inText = false;
  for (let at = 0; at < json.length; at++) {
    const byte = json[at];
    if (inText) {
      if (byte === 0x5c) at++;
      else if (byte === 0x22) inText = false;
    } else if (byte === 0x22) inText = true;
    else if (byte === 0x5b || byte === 0x7b) {
      if (++depth > most) return true;
    } else if (byte === 0x5d || byte === 0x7d) depth--;
  }
  return false;
}

/** The bytes of a body that is UTF-8, and not empty. Throws invalid_body. */
export function utf8(body: unknown, failed: string): Buffer {
  if (!Buffer.isBuffer(body) || body.length === 0) throw invalidBody(failed, "the body is empty");
  if (!isUtf8(body)) throw invalidBody(failed, "the body is not valid UTF-8");
  return body;
}

function checkedObject(value: JsonValue, failed: string, settings: ApiSettings): JsonObject | WorkflowsError {
  if (!isJsonObject(value)) {
    const mistake = here(`a JSON object is needed, this is ${kindOf(value)}`);
    return invalidBody(failed, mistake.message, mistake);
  }
  const problem = new Inspection(settings).problemOf(value, 1);
  return problem === undefined ? value : invalidBody(failed, problem.message, problem);
}

function parse(text: string, failed: string): JsonValue {
  if (text.startsWith("\ufeff"))
    throw invalidBody(failed, "the body begins with a byte order mark, which JSON does not have");
  try {
    return JSON.parse(text) as JsonValue;
  } catch (error) {
    throw invalidBody(failed, error instanceof Error ? error.message : String(error));
  }
}

function invalidBody(failed: string, reason: string, detail?: Problem): WorkflowsError {
  return new WorkflowsError("invalid_body", `${failed}: ${reason}`, { details: detail === undefined ? [] : [detail] });
}

function kindOf(value: JsonValue): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

/** One walk over everything that was parsed. */
class Inspection {
  readonly #maxDepth: number;
  readonly #maxValues: number;
  #values = 0;

  constructor({ maxInputDepth, maxInputValues }: ApiSettings) {
    this.#maxDepth = maxInputDepth;
    this.#maxValues = maxInputValues;
  }

  problemOf(value: JsonValue, depth: number): Problem | undefined {
    if (typeof value === "object" && value !== null) {
      if (depth > this.#maxDepth) return here(`values are nested more than ${this.#maxDepth} deep (max_input_depth)`);
      return Array.isArray(value) ? this.#inArray(value, depth) : this.#inObject(value, depth);
    }
    if (typeof value === "string" && !value.isWellFormed()) return here("a string holds half of a surrogate pair");
    if (typeof value === "number" && !Number.isFinite(value)) return here("a number is too large");
    return undefined;
  }

  #inArray(items: readonly JsonValue[], depth: number): Problem | undefined {
    for (const [index, item] of items.entries()) {
      const problem = this.#counted(item, depth);
      if (problem !== undefined) return within(index, problem);
    }
    return undefined;
  }

  #inObject(object: JsonObject, depth: number): Problem | undefined {
    for (const [key, value] of Object.entries(object)) {
      if (key === "__proto__") return within(key, here("__proto__ is no name for a value"));
      if (!key.isWellFormed()) return here("a name holds half of a surrogate pair");
      const problem = this.#counted(value, depth);
      if (problem !== undefined) return within(key, problem);
    }
    return undefined;
  }

  #counted(value: JsonValue, depth: number): Problem | undefined {
    this.#values += 1;
    if (this.#values > this.#maxValues) return here(`there are more than ${this.#maxValues} values (max_input_values)`);
    return this.problemOf(value, depth + 1);
  }
}

function here(message: string): Problem {
  return { at: "", message };
}

function within(token: string | number, problem: Problem): Problem {
  return { at: `${pointerTo("", token)}${problem.at}`, message: problem.message };
}
