import type { DefinitionProblem } from "../model/errors.ts";
import type { JsonPointer } from "../model/json.ts";
import { explicit, parseInto, placed } from "./compile.ts";
import { encode } from "./encode.ts";
import type { WrittenReference } from "./syntax/reference.ts";
import type { Reference, TextPart, TextTemplate } from "./template.ts";

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
      compiled.push(scan.inString ? placedInString(part) : placed(part, explicit(part)));
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

/** The default stands in the literal as any other text does, its escapes included; one that would break the literal is escaped. */
function placedInString(written: WrittenReference): Reference {
  const asked = explicit(written);
  if (written.encoding === "raw") return placed(written, asked);
  const reference = placed(written, [...asked, "json"]);
  const { default: fallback } = reference;
  return fallback === undefined || isInsideOfString(fallback)
    ? reference
    : { ...reference, default: encode(fallback, ["json"]) };
}

function isInsideOfString(text: string): boolean {
  try {
    return typeof JSON.parse(`"${text}"`) === "string";
  } catch {
    return false;
  }
}

function backslashProblem(at: JsonPointer): DefinitionProblem {
  return {
    severity: "error",
    at,
    message: 'A backslash stands right before "${" in a JSON string: it would take the first character of the value',
  };
}
