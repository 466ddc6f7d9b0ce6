import type { DefinitionProblem } from "../model/errors.ts";
import type { JsonPointer } from "../model/json.ts";
import { explicit, parseInto, placed } from "./compile.ts";
import type { TextTemplate } from "./template.ts";

/**
 * Compiles HTML. A value is written with its special characters as entities, so that what somebody sends as a name is shown and cannot become a
 * part of the page; `encoding=raw` opts out, and so does an HTML text that is one reference and nothing else. Mistakes are added to `problems`.
 */
export function compileHtml(html: string, at: JsonPointer, problems: DefinitionProblem[]): TextTemplate {
  const parts = parseInto(html, at, problems);
  const isWhole = parts.length === 1;
  return {
    $text: parts.map((part) => {
      if (typeof part === "string") return part;
      return placed(part, isWhole || part.encoding !== undefined ? explicit(part) : ["html"]);
    }),
  };
}
