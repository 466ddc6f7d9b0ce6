/** Any JSON value, as parsed: what inputs, results and definitions are made of. */
export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue };

export type JsonObject = { [key: string]: JsonValue };

/** RFC 6901 pointer into a document, `""` for the whole. */
export type JsonPointer = string;

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What a value is, for a message. */
export function kindOf(value: JsonValue): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  switch (typeof value) {
    case "string":
      return "a text";
    case "number":
      return "a number";
    case "boolean":
      return "a truth value";
    default:
      return "an object";
  }
}

/** What stands where a text is needed, and what to do: YAML knows numbers and truth values by their look. */
export function noText(value: JsonValue): string {
  return kindOf(value) + (typeof value === "number" || typeof value === "boolean" ? ": quote it" : "");
}

/** Appends one reference token, escaped as RFC 6901 section 3 says. */
export function pointerTo(base: JsonPointer, token: string | number): JsonPointer {
  return `${base}/${String(token).replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

/**
 * JSON with the keys of every object in code-point order: equal values give equal text, so digests of it compare values.
 * A simpler relative of RFC 8785 (numbers are written as ECMAScript writes them).
 */
export function canonicalJson(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const members = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key] ?? null)}`);
  return `{${members.join(",")}}`;
}
