import type { ValueType } from "./values/value-type.ts";

/** One row of the table from which reading, checking, `workflows config` and the reference are made. */
export interface Setting<Value> {
  /** In a file; there `-` and `_` are the same. As environment variable: `variableOf`. */
  readonly key: string;
  readonly section: Section;
  readonly type: ValueType<Value>;
  readonly default: NoInfer<Value>;
  /** In words, where the value itself would say little. */
  readonly defaultText?: string;
  /** What it does, in full sentences: the text of the reference. */
  readonly doc: string;
  /** Never shown; `inside`: shown without user and password of the URL that it is. */
  readonly secret?: "whole" | "inside";
  /** The command-line flag of the same meaning. */
  readonly flag?: string;
  /** What the log says of it, where somebody gave it, to follow its name. */
  readonly telling?: string;
}

export type Section =
  | "API"
  | "Store"
  | "MongoDB"
  | "Definitions"
  | "Worker"
  | "HTTP tasks"
  | "CLI tasks"
  | "SMTP tasks"
  | "NATS tasks"
  | "Limits"
  | "Logging";

/** Fixes the type of the value, which an object literal alone would lose. */
export function setting<Value>(row: Setting<Value>): Setting<Value> {
  return row;
}

/** A setting that may be absent. */
export function optional<Value>(
  row: Omit<Setting<Value | undefined>, "default" | "type"> & { readonly type: ValueType<Value> },
): Setting<Value | undefined> {
  const { type } = row;
  const show = (value: Value | undefined) => (value === undefined ? null : type.show(value));
  return { ...row, type: { ...type, show }, default: undefined };
}

/** `mongo-url` is `WORKFLOWS_MONGO_URL` in the environment. */
export function variableOf(key: string): string {
  return `WORKFLOWS_${key.toUpperCase().replaceAll("-", "_")}`;
}

/** Two spellings of one key are equal here. */
export function plainKey(key: string): string {
  return key.replaceAll("-", "_");
}
