import type { JsonValue } from "../model/json.ts";

/**
 * Compiled templates: plain data inside a task's spec, each part knowing how a value must be written where it stands.
 * A spec holds them under `$text` or `$json`; whatever else it holds is literal.
 */
export interface TextTemplate {
  readonly $text: readonly TextPart[];
}

/** Any JSON in which strings may be templates; a string that is exactly one reference takes the raw value. */
export interface JsonTemplate {
  readonly $json: JsonTemplateNode;
}

export type TextPart = string | Reference;

export interface Reference {
  /** `input`: `${workflow.input.NAME}`; `env`: `${env.NAME}`; `result`: `${TASK.json.PATH}`. */
  readonly from: "input" | "env" | "result";
  /** Of the input, the variable or the task. */
  readonly name: string;
  /** Inside the value, which is parsed as JSON where it is text. */
  readonly path?: readonly (string | number)[];
  /** Instead of a missing value. */
  readonly default?: string;
  readonly encode: Encoding;
}

/**
 * How a value is written: `raw` as it is; `url` percent-encoded (all but RFC 3986 unreserved characters);
 * `html` with its five special characters as entities; `json` as the inside of a JSON string literal.
 */
export type Encoding = "raw" | "url" | "html" | "json";

export type JsonTemplateNode =
  | { readonly literal: null | boolean | number | string }
  | { readonly text: readonly TextPart[] }
  /** The raw value; null where it is missing. */
  | { readonly value: Reference }
  | { readonly items: readonly JsonTemplateNode[] }
  | { readonly members: readonly (readonly [key: string, value: JsonTemplateNode])[] };

/** A spec after rendering: texts in place of text templates, JSON in place of JSON templates. */
export type Rendered<Spec> = Spec extends TextTemplate
  ? string
  : Spec extends JsonTemplate
    ? JsonValue
    : Spec extends readonly (infer Item)[]
      ? Rendered<Item>[]
      : Spec extends object
        ? { [Key in keyof Spec]: Rendered<Spec[Key]> }
        : Spec;

/** What references can see. */
export interface Scope {
  readonly input: { readonly [name: string]: JsonValue };
  /** Only names on the allow-list have a value. */
  env(name: string): string | undefined;
  /** The response of an earlier task of this job, `{body, truncated?}` and more; undefined where it has none. */
  response(task: string): JsonValue | undefined;
}
