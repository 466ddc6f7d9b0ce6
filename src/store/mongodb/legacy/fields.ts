import type { JsonValue } from "../../../model/json.ts";

/** Fields of a document that another program wrote: nothing about their types is certain. */
export type Fields = Readonly<Record<string, unknown>>;

export function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Texts as they are, anything else as JSON. */
export function textOf(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** The number that a value is or, as a text, begins with. */
export function numberOf(value: unknown): number | undefined {
  const number = typeof value === "number" ? value : Number.parseInt(textOf(value), 10);
  return Number.isSafeInteger(number) ? number : undefined;
}

/** As JSON shows it: dates and ids become texts. */
export function jsonOf(value: unknown): JsonValue {
  return value === undefined ? null : (JSON.parse(JSON.stringify(value)) as JsonValue);
}
