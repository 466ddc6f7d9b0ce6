import type { JsonValue } from "../../model/json.ts";

/** How a kind of value is written, checked and shown. */
export interface ValueType<Value> {
  /** One or two words, as the reference names it. */
  readonly name: string;
  /** What would be right, to follow "must be". */
  readonly expected: string;
  /** How it may be written, to follow that. */
  readonly example?: string;
  /** An empty environment variable is the empty value, instead of none. */
  readonly mayBeEmpty?: boolean;
  parse(found: Found): Parsed<Value>;
  /** As one would write it. */
  show(value: Value): JsonValue;
}

/** What stands in a file, a variable or a flag. */
export interface Found {
  readonly value: JsonValue;
  /** Text of a scalar as it was written: `1.10` is not the number 1.1 where a text is wanted. */
  readonly text?: string;
}

export type Parsed<Value> = { readonly ok: true; readonly value: Value } | Rejected;

export interface Rejected {
  readonly ok: false;
  readonly mistakes: readonly Mistake[];
}

export interface Mistake {
  /** Inside the value, for those that have an inside. */
  readonly path: readonly (string | number)[];
  /** A sentence of its own about that place; absent: the value is not what is expected. */
  readonly message?: string;
  readonly suggestion?: string;
}

export function accepted<Value>(value: Value): Parsed<Value> {
  return { ok: true, value };
}

/** The value as a whole is not what the type expects. */
export function rejected(details: Omit<Mistake, "path"> = {}): Rejected {
  return { ok: false, mistakes: [{ path: [], ...details }] };
}
