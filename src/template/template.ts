import type { JsonValue } from "../model/json.ts";

/**
 * Compiled templates: plain data inside a task's spec, each part knowing how a value must be written where it stands.
 * A spec holds them under `$text`, `$uri`, `$json` or `$jsonText`; whatever else it holds is literal.
 * (Type aliases and mutable arrays, because only those are assignable to `JsonValue`.)
 */
export type TextTemplate = {
  readonly $text: TextPart[];
};

/** A URI, whose path cannot be left and whose origin cannot be chosen by what fills it. */
export type UriTemplate = {
  readonly $uri: {
    /** Scheme, host and port; must render to `scheme://host`, at least. */
    readonly origin: TextPart[];
    /** Path, query and fragment; empty, or rendering to a text that begins with `/`, `?` or `#`. */
    readonly rest: TextPart[];
  };
};

/** Any JSON in which strings may be templates; a string that is exactly one reference takes the raw value. */
export type JsonTemplate = {
  readonly $json: JsonTemplateNode;
};

export type TextPart = string | Reference;

export type Reference = {
  /**
   * `input`: `${workflow.input.NAME}`; `env`: `${env.NAME}`; `result`: `${TASK.json.PATH}`. Of a dialect that has them also `variable`, a job's own, and,
   * within a fan-out, `item`, what the branch is for; within a fan-out or loop `turn`, the number of the branch or turn from 0 on.
   */
  readonly from: "input" | "env" | "result" | "variable" | "item" | "turn";
  /** Of the input, the variable or the task; of an item or turn the name of the node that repeats, empty for the innermost one. */
  readonly name: string;
  /** Inside the value, which is parsed as JSON where it is text. */
  readonly path?: (string | number)[];
  /** Instead of a missing value, written as it is: it is the definition's own text, and was encoded when it was compiled, where it had to be. */
  readonly default?: string;
  /** Applied to a value in this order; none: the value as it is. */
  readonly encode: Encoding[];
};

/**
 * How a value is written: `url` percent-encoded (all but RFC 3986 unreserved characters);
 * `html` with its five special characters as entities; `json` as the inside of a JSON string literal.
 */
export type Encoding = "url" | "html" | "json";

export type JsonTemplateNode =
  | { readonly literal: null | boolean | number | string }
  | { readonly text: TextPart[] }
  /** The raw value; the default or the empty string where it is missing. */
  | { readonly value: Reference }
  | { readonly items: JsonTemplateNode[] }
  | { readonly members: [key: string, value: JsonTemplateNode][] };

/** The same, which renders to the text of the JSON, with every key at its place: an object cannot keep the order of all keys. */
export type JsonTextTemplate = {
  readonly $jsonText: JsonTemplateNode;
};

/** A spec after rendering: texts in place of text and URI templates, JSON in place of JSON templates. */
export type Rendered<Spec> = JsonValue extends Spec
  ? JsonValue // a spec of any kind
  : Spec extends TextTemplate | UriTemplate | JsonTextTemplate
    ? string
    : Spec extends JsonTemplate
      ? JsonValue
      : Spec extends object
        ? { [Key in keyof Spec]: Rendered<Spec[Key]> }
        : Spec;

/** What references can see. */
export interface Scope {
  readonly input: { readonly [name: string]: JsonValue };
  /** Only names on the allow-list have a value. */
  env(name: string): string | undefined;
  /**
   * The response of an earlier task of this job; undefined where it has none: of a call `{body, truncated?}` and more, of what has no body but a
   * value `{json}`.
   */
  response(task: string): JsonValue | undefined;
  variable?(name: string): JsonValue | undefined;
  item?(fanOut: string): JsonValue | undefined;
  turn?(repeater: string): number | undefined;
}
