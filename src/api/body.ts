import { isUtf8 } from "node:buffer";
import { WorkflowsError } from "../model/errors.ts";
import { isJsonObject, type JsonObject, type JsonPointer, type JsonValue, pointerTo } from "../model/json.ts";
import type { ApiSettings } from "./settings.ts";

/** What a problem is and where. */
interface Problem {
  readonly at: JsonPointer;
  readonly message: string;
}

/**
 * Reads a body that must be one JSON object, and refuses what could not be stored and given back as it came:
 * bytes that are not UTF-8, lone surrogates, numbers that become infinite, `__proto__` as a name.
 * Of a name that occurs twice in one object the last value counts. `failed` opens the message.
 */
export function parseJsonObject(body: unknown, failed: string, settings: ApiSettings): JsonObject {
  if (!Buffer.isBuffer(body) || body.length === 0) throw invalidBody(failed, "the body is empty");
  if (!isUtf8(body)) throw invalidBody(failed, "the body is not valid UTF-8");
  const value = parse(body.toString("utf8"), failed);
  if (!isJsonObject(value)) throw invalidBody(failed, `a JSON object is needed, this is ${kindOf(value)}`);
  const problem = new Inspection(settings).problemOf(value, 1);
  if (problem !== undefined) throw invalidBody(failed, problem.message, problem);
  return value;
}

function parse(text: string, failed: string): JsonValue {
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
  return Array.isArray(value) ? "an array" : `a ${typeof value}`;
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
