import { keysInOrder } from "../model/document/key-order.ts";
import type { DefinitionProblem } from "../model/errors.ts";
import { isJsonObject, type JsonPointer, type JsonValue, pointerTo } from "../model/json.ts";
import { encode } from "./encode.ts";
import { parseText, type WrittenPart } from "./syntax/parse-text.ts";
import type { WrittenReference } from "./syntax/reference.ts";
import type {
  Encoding,
  JsonTemplate,
  JsonTemplateNode,
  JsonTextTemplate,
  Reference,
  TextTemplate,
} from "./template.ts";

/**
 * Compiles a text whose references are written as they are, or as their `encoding=` says. Mistakes are added to
 * `problems`; what comes back then is good for nothing but going on to find more of them.
 */
export function compileText(text: string, at: JsonPointer, problems: DefinitionProblem[]): TextTemplate {
  const parts = parseInto(text, at, problems);
  return { $text: parts.map((part) => (typeof part === "string" ? part : placed(part, explicit(part)))) };
}

/**
 * Compiles any JSON: strings are templates, keys are literal. A string that is exactly one reference without an
 * `encoding=` takes the raw value. Mistakes are added to `problems`, with pointers that start with `at`.
 */
export function compileJson(value: JsonValue, at: JsonPointer, problems: DefinitionProblem[]): JsonTemplate {
  return { $json: compileNode(value, at, problems) };
}

/** The same, for a place where the JSON is sent as a text. */
export function compileJsonText(value: JsonValue, at: JsonPointer, problems: DefinitionProblem[]): JsonTextTemplate {
  return { $jsonText: compileNode(value, at, problems) };
}

function compileNode(value: JsonValue, at: JsonPointer, problems: DefinitionProblem[]): JsonTemplateNode {
  if (typeof value === "string") return compileLeaf(value, at, problems);
  if (Array.isArray(value))
    return { items: value.map((item, index) => compileNode(item, pointerTo(at, index), problems)) };
  if (!isJsonObject(value)) return { literal: value };
  return {
    members: keysInOrder(value).map((key) => {
      const place = pointerTo(at, key);
      if (key.includes("${"))
        problems.push({ severity: "warning", at: place, message: "Keys are not templates: this one is sent as it is" });
      return [key, compileNode(value[key] ?? null, place, problems)];
    }),
  };
}

function compileLeaf(text: string, at: JsonPointer, problems: DefinitionProblem[]): JsonTemplateNode {
  const parts = parseInto(text, at, problems);
  const [only, ...others] = parts;
  if (only === undefined) return { literal: "" };
  if (others.length === 0 && typeof only === "string") return { literal: only };
  if (others.length === 0 && typeof only !== "string" && only.encoding === undefined)
    return { value: placed(only, []) };
  return { text: parts.map((part) => (typeof part === "string" ? part : placed(part, explicit(part)))) };
}

/** Splits a text, adding its mistakes to `problems`. */
export function parseInto(text: string, at: JsonPointer, problems: DefinitionProblem[]): readonly WrittenPart[] {
  const parsed = parseText(text);
  for (const { message, suggestion, renders } of parsed.problems) {
    const severity = renders === undefined ? "error" : "warning";
    problems.push({ severity, at, message, ...(suggestion !== undefined && { suggestion }) });
  }
  return parsed.parts;
}

/** What the reference itself asks for. */
export function explicit(reference: WrittenReference): Encoding[] {
  return reference.encoding === undefined || reference.encoding === "raw" ? [] : [reference.encoding];
}

/** The reference with the encodings that its place brings to values. Its default is the definition's own text: only what the reference itself asks for is done to it. */
export function placed(reference: WrittenReference, encodings: Encoding[]): Reference {
  const { encoding: _, default: fallback, ...target } = reference;
  return {
    ...target,
    ...(fallback !== undefined && { default: encode(fallback, explicit(reference)) }),
    encode: encodings,
  };
}
