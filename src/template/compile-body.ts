import type { DefinitionProblem } from "../model/errors.ts";
import type { JsonPointer } from "../model/json.ts";
import { explicit, parseInto, placed } from "./compile.ts";
import type { WrittenReference } from "./syntax/reference.ts";
import type { Encoding, TextPart, TextTemplate } from "./template.ts";

/**
 * Compiles a body or payload. In a text that looks like JSON, a reference inside a string literal is JSON-escaped
 * (unless it says `encoding=raw`); everywhere else it is written as it is. Mistakes are added to `problems`.
 */
export function compileBody(text: string, at: JsonPointer, problems: DefinitionProblem[]): TextTemplate {
  const json = /^\s*[[{"]/.test(text);
  const scan = { inString: false, afterBackslash: false };
  const compiled: TextPart[] = [];
  for (const part of parseInto(text, at, problems)) {
    if (typeof part === "string") {
      if (json) scanJson(part, scan);
      compiled.push(part);
    } else {
      if (scan.afterBackslash) problems.push(backslashProblem(at));
      scan.afterBackslash = false;
      compiled.push(placed(part, scan.inString ? encodingsInString(part) : explicit(part)));
    }
  }
  return { $text: compiled };
}

/** Follows the literal text into and out of JSON strings. */
function scanJson(text: string, scan: { inString: boolean; afterBackslash: boolean }): void {
  for (const character of text) {
    if (scan.afterBackslash) scan.afterBackslash = false;
    else if (character === '"') scan.inString = !scan.inString;
    else if (character === "\\") scan.afterBackslash = scan.inString;
  }
}

function encodingsInString(reference: WrittenReference): Encoding[] {
  return reference.encoding === "raw" ? [] : [...explicit(reference), "json"];
}

function backslashProblem(at: JsonPointer): DefinitionProblem {
  return {
    severity: "error",
    at,
    message: 'A backslash stands right before "${" in a JSON string: it would take the first character of the value',
  };
}
