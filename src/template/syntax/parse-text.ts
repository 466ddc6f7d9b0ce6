import {
  type KnownNames,
  nothingKnown,
  parseReference,
  type TemplateProblem,
  type WrittenReference,
} from "./reference.ts";

export type WrittenPart = string | WrittenReference;

export interface ParsedText {
  /** Literal text and references in turn; no empty text. What is wrong stays literal; what refers to nothing is its default. */
  readonly parts: WrittenPart[];
  /** Every mistake of the text. */
  readonly problems: TemplateProblem[];
}

/** Splits a text at its `${...}`. A reference ends at the first `}`; there is no way to nest or to escape. */
export function parseText(text: string, known: KnownNames = nothingKnown): ParsedText {
  const parts: WrittenPart[] = [];
  const problems: TemplateProblem[] = [];
  let from = 0;
  for (;;) {
    const start = text.indexOf("${", from);
    if (start < 0) break;
    const end = text.indexOf("}", start);
    if (end < 0) {
      problems.push({ message: `"\${" without "}" at "${text.slice(start, start + 40)}"` });
      break;
    }
    const reference = parseReference(text.slice(start + 2, end), known);
    if ("message" in reference) {
      problems.push(reference);
      pushText(
        parts,
        reference.renders === undefined ? text.slice(from, end + 1) : text.slice(from, start) + reference.renders,
      );
    } else {
      pushText(parts, text.slice(from, start));
      parts.push(reference);
    }
    from = end + 1;
  }
  pushText(parts, text.slice(from));
  return { parts, problems };
}

function pushText(parts: WrittenPart[], text: string): void {
  if (text === "") return;
  const last = parts.at(-1);
  if (typeof last === "string") parts[parts.length - 1] = last + text;
  else parts.push(text);
}
