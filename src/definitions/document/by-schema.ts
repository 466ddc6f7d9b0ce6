import { keysInOrder, noteKeyOrder } from "../../model/document/key-order.ts";
import { namedMembers } from "../../model/document/named-members.ts";
import { isJsonObject, type JsonObject, type JsonPointer, type JsonValue, pointerTo } from "../../model/json.ts";
import { Unquoted } from "./unquoted.ts";

type Report = (at: JsonPointer, message: string) => void;

/**
 * A document as plain JSON. What stands there unquoted is the text that it is where `schema` asks for a text, as the original
 * reads YAML, which knows numbers and truth values by their look; elsewhere, and with an empty schema, it is what it looks like.
 */
export function bySchema(document: unknown, schema: JsonObject, report: Report): JsonValue {
  return new Reading(schema, report).taken(document, schema, "");
}

class Reading {
  readonly #root: JsonObject;
  readonly #report: Report;
  /** What was made of an object or an array, by its schema: aliases may bring it a thousand times. */
  readonly #made = new Map<unknown, Map<JsonObject, JsonValue>>();

  constructor(root: JsonObject, report: Report) {
    this.#root = root;
    this.#report = report;
  }

  taken(value: unknown, asked: JsonObject, at: JsonPointer): JsonValue {
    const wanted = referredTo(asked, this.#root);
    if (value instanceof Unquoted) return this.#unquoted(value, wanted, at);
    if (typeof value === "string") return typesOf(wanted)[0] === "boolean" ? (truthOf(value) ?? value) : value;
    if (!Array.isArray(value) && !isJsonObject(value)) return null;
    const made = this.#made.get(value) ?? new Map<JsonObject, JsonValue>();
    this.#made.set(value, made);
    const known = made.get(wanted);
    if (known !== undefined) return known;
    const now = Array.isArray(value)
      ? value.map((item, index) => this.taken(item, inside(wanted, "items"), pointerTo(at, index)))
      : this.#object(value, wanted, at);
    made.set(wanted, now);
    return now;
  }

  #unquoted({ value, text }: Unquoted, wanted: JsonObject, at: JsonPointer): JsonValue {
    if (typesOf(wanted).includes("string")) return text;
    const problem = typeof value === "number" ? problemOf(value) : undefined;
    if (problem !== undefined) this.#report(at, problem);
    return value;
  }

  #object(value: JsonObject, wanted: JsonObject, at: JsonPointer): JsonObject {
    const schemaOf = schemasOf(value, wanted);
    const members = Object.entries(value).map(([key, member]): [string, JsonValue] => [
      key,
      this.taken(member, schemaOf(key), pointerTo(at, key)),
    ]);
    const object = Object.fromEntries(members);
    noteKeyOrder(object, keysInOrder(value));
    return object;
  }
}

/** Of the members of an object, in whatever case their names are written. */
function schemasOf(object: JsonObject, wanted: JsonObject): (key: string) => JsonObject {
  const properties = inside(wanted, "properties");
  const { written } = namedMembers(object, Object.keys(properties));
  const known = new Map([...written].map(([name, key]) => [key, inside(properties, name)]));
  return (key) => known.get(key) ?? inside(wanted, "additionalProperties");
}

const anything: JsonObject = {};

function inside(schema: JsonObject, name: string): JsonObject {
  const part = schema[name];
  return isJsonObject(part) ? part : anything;
}

const definitions = "#/$defs/";

function referredTo(schema: JsonObject, root: JsonObject): JsonObject {
  const { $ref } = schema;
  if (typeof $ref !== "string" || !$ref.startsWith(definitions)) return schema;
  return inside(inside(root, "$defs"), $ref.slice(definitions.length));
}

function typesOf({ type }: JsonObject): readonly JsonValue[] {
  return Array.isArray(type) ? type : [type ?? null];
}

/** Words of older YAML, which the original still takes where a truth value is needed, and nowhere else. */
function truthOf(word: string): boolean | undefined {
  if (/^(?:y|Y|yes|Yes|YES|on|On|ON)$/.test(word)) return true;
  return /^(?:n|N|no|No|NO|off|Off|OFF)$/.test(word) ? false : undefined;
}

function problemOf(value: number): string | undefined {
  if (!Number.isFinite(value)) return "the number is not finite, or too large";
  if (!Number.isInteger(value) || Number.isSafeInteger(value)) return undefined;
  return `the number has more digits than can be kept (${value} would be sent): write it as a text`;
}
