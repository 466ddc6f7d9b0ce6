import type { DefinitionProblem } from "../model/errors.ts";
import { isJsonObject, type JsonPointer, type JsonValue, pointerTo } from "../model/json.ts";
import { parseText, type WrittenPart } from "./syntax/parse-text.ts";
import type { WrittenReference } from "./syntax/reference.ts";
import type { Encoding, JsonTemplate, JsonTemplateNode, Reference, TextTemplate } from "./template.ts";

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

function compileNode(value: JsonValue, at: JsonPointer, problems: DefinitionProblem[]): JsonTemplateNode {
  if (typeof value === "string") return compileLeaf(value, at, problems);
  if (Array.isArray(value))
    return { items: value.map((item, index) => compileNode(item, pointerTo(at, index), problems)) };
  if (!isJsonObject(value)) return { literal: value };
  return {
    members: Object.entries(value).map(([key, member]) => {
      const place = pointerTo(at, key);
      if (key.includes("${"))
        problems.push({ severity: "warning", at: place, message: "Keys are not templates: this one is sent as it is" });
      return [key, compileNode(member, place, problems)];
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
  for (const problem of parsed.problems) problems.push({ severity: "error", at, ...problem });
  return parsed.parts;
}

/** What the reference itself asks for. */
export function explicit(reference: WrittenReference): Encoding[] {
  return reference.encoding === undefined || reference.encoding === "raw" ? [] : [reference.encoding];
}

/** The reference with the encodings that its place brings. */
export function placed({ encoding: _, ...target }: WrittenReference, encode: Encoding[]): Reference {
  return { ...target, encode };
}
